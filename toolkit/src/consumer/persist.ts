// Goes on until something outside has answered: nothing may move before that.
import { type Clock, sleep } from '../clock.ts'
import { diagnostics } from '../diagnostics.ts'
import { type Backoff, backoffMs } from './backoff.ts'

export interface PersistParts {
  /** Who is told to be in trouble. */
  readonly part: string
  readonly clock: Clock
  readonly random: () => number
}

const BACKOFF: Backoff = { delayMsMin: 250, delayMsMax: 5_000 }

/** The answer of `work`, which is called again while it rejects; undefined once aborted. */
export async function persist<Answer>(
  { part, clock, random }: PersistParts,
  signal: AbortSignal,
  work: () => Promise<Answer>,
): Promise<Answer | undefined> {
  for (let tries = 1; !signal.aborted; tries += 1) {
    try {
      return await work()
    } catch (error) {
      diagnostics.trouble.publish({ part, error: error as Error })
      await sleep(clock, backoffMs(BACKOFF, tries, random), signal)
    }
  }
  return undefined
}
