// Where tests find their parts, as the environment says.

const HOW = 'run `npm test`, or start `npm run cluster` and eval its --env.'

/** `host:port` of the brokers in KAFKA_BROKERS; throws a sentence that helps without any. */
export function kafkaBrokers(): string[] {
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',').filter((broker) => broker !== '')
  if (brokers.length === 0) throw new Error(`No Kafka: ${HOW}`)
  return brokers
}

/** `postgres://…` in DATABASE_URL; throws a sentence that helps when there is none. */
export function databaseUrl(): string {
  const url = process.env['DATABASE_URL'] ?? ''
  if (url === '') throw new Error(`No PostgreSQL: ${HOW}`)
  return url
}

/** `redis://…` in REDIS_URL; throws a sentence that helps when there is none. */
export function redisUrl(): string {
  const url = process.env['REDIS_URL'] ?? ''
  if (url === '') throw new Error(`No Redis: ${HOW}`)
  return url
}

/** The file in PGLITE_IMAGE, which databases in memory begin as; undefined where none is named. */
export const pgliteImage = (): string | undefined => process.env['PGLITE_IMAGE'] || undefined
