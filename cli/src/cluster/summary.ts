// What a person reads when the cluster is ready: its addresses and the next commands to type.
import { type ClusterEnvironment, exportLines } from './environment.ts'
import { KAFKA_VERSION } from './kafka-jars.ts'

export interface Place {
  readonly shownDir: string
  /** ` --data DIR`, or nothing for the usual directory. */
  readonly option: string
}

/** `stop` is what ends the cluster: a key or a command. */
export function summaryOf(environment: ClusterEnvironment, place: Place, stop: string): string {
  const count = environment.KAFKA_BROKERS.split(',').length
  const nodes = count === 1 ? 'one broker' : `${count} brokers`
  const evaluate = `eval "$(npm run --silent cluster -- --env${place.option})"`
  return `
Ready: Kafka ${KAFKA_VERSION} (${nodes}), PostgreSQL and Redis, on this machine only.

${exportLines(environment).replaceAll(/^/gm, '  ')}

Next, in another terminal:
${place.option === '' ? '' : `  ${evaluate}\n`}  npm run start:real

For any other program there: ${evaluate}

To stop: ${stop}. The data stays in ${place.shownDir}.
`
}
