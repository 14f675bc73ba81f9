// A store of single steps as one process reaches it: late, failing, or done without an answer.
import type { Faults } from './faults.ts'
import type { Link, Mishap } from './link.ts'
import type { RareState } from './rare-states.ts'

export interface PortLinkOptions {
  readonly link: Link
  readonly faults: Faults
  readonly reach: (state: RareState) => void
}

/** As `pg` says it when a connection goes. */
export const connectionLost = () => new Error('Connection terminated unexpectedly')

type Step = (...values: unknown[]) => Promise<unknown>

/** Every function of the port is one step of the server, and one request to it. */
export function linkedPort<Port extends object>(port: Port, options: PortLinkOptions): Port {
  const { link } = options
  const linked = Object.entries(port).map(([name, step]) => {
    const ask: Step = (...values) =>
      link.ask('sql', () => (step as Step)(...values), stepMishap(options))
    return [name, ask]
  })
  return Object.fromEntries(linked) as Port
}

function stepMishap({ faults, reach }: PortLinkOptions): Mishap {
  if (faults.happens('queryFailed')) {
    reach('a query failed')
    return { refused: connectionLost() }
  }
  if (!faults.happens('transactionAnswerLost')) return {}
  reach('the answer to a transaction was lost')
  return { answerLost: connectionLost() }
}
