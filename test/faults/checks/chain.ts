// A hash chain over a key's events: equal heads prove the same events, once each, in one order.
import { createHash } from 'node:crypto'

export interface Chain {
  readonly head: string
  readonly length: number
}

const START: Chain = { head: '', length: 0 }

/** The chain with one more event at its end. */
export function chained(before: Chain | undefined, eventId: string, payloadHash: string): Chain {
  const { head, length } = before ?? START
  const next = createHash('sha256').update(`${head} ${eventId} ${payloadHash}`).digest('base64')
  return { head: next, length: length + 1 }
}
