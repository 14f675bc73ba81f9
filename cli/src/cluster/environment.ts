// The three variables through which every other program finds a cluster.
import { LOOPBACK, type Ports } from './ports.ts'

export const DATABASE_NAME = 'sosik'
export const DATABASE_ROLE = 'sosik'

export interface ClusterEnvironment {
  readonly KAFKA_BROKERS: string
  readonly DATABASE_URL: string
  readonly REDIS_URL: string
}

export function environmentOf(ports: Ports): ClusterEnvironment {
  return {
    KAFKA_BROKERS: ports.brokers.map((port) => `${LOOPBACK}:${port}`).join(','),
    DATABASE_URL: `postgres://${DATABASE_ROLE}@${LOOPBACK}:${ports.postgres}/${DATABASE_NAME}`,
    REDIS_URL: `redis://${LOOPBACK}:${ports.redis}`,
  }
}

/** The same as lines of a file for `node --env-file`. */
export function fileLines(environment: ClusterEnvironment): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

/** Three lines for `eval "$(…)"` in a shell; no value needs quotes. */
export function exportLines(environment: ClusterEnvironment): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}=${value}`)
    .join('\n')
}
