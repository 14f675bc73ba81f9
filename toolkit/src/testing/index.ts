// The door `sosik/testing`: what tests of the toolkit and of its users share.
export { deliveryOf } from './delivery.ts'
export { eventLogSuite } from './log-suite.ts'
export { databaseUrl, kafkaBrokers, redisUrl } from './real.ts'
export { scratchDatabase } from './scratch-database.ts'
export { scratchPglite } from './scratch-pglite.ts'
export { until } from './until.ts'
export type { SimulatedGroup, Substitutes } from '../simulator/consumer-role.ts'
export type { SimulatedContext, SimulatedHandlers } from '../simulator/handlers.ts'
export type { Random } from '../simulator/random.ts'
export type { Deployment } from '../simulator/deployment.ts'
export { play, type RunResult, type Scene, toldIfBroken } from '../simulator/play.ts'
export { RARE_STATES } from '../simulator/rare-states.ts'
export {
  type End,
  runSeed,
  type Scenario,
  type SimulatedEvent,
} from '../simulator/run.ts'
export {
  failureText,
  simulate,
  type SimulateOptions,
  type SimulateReport,
  SimulationError,
} from '../simulator/simulate.ts'
export { type StatementOf, statementsWith, type Words } from '../simulator/statements.ts'
export { type Table, table } from '../simulator/table.ts'
export type { Node, World } from '../simulator/world.ts'
