// The door `sosik/testing`: what tests of the toolkit and of its users share.
export { deliveryOf } from './delivery.ts'
export { eventLogSuite } from './log-suite.ts'
export { databaseUrl, kafkaBrokers, redisUrl } from './real.ts'
export { scratchDatabase } from './scratch-database.ts'
export { until } from './until.ts'
