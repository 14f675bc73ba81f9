// Forgets what was sent or handled long ago, beside the relay's work, so that load never stops it.
import { type Clock, sleep } from '../clock.ts'
import { diagnostics } from '../diagnostics.ts'
import type { RelayStore } from './store.ts'

const INTERVAL_MS = 60_000
/** Between two batches while there are more: it leaves the database to others. */
const BATCH_PAUSE_MS = 100

/** Resolves when the signal is aborted; a failure is told, and it goes on. */
export async function keepPurging(
  store: Pick<RelayStore, 'purge'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const isMore = await store.purge(clock.nowMs()).catch((error: unknown) => {
      diagnostics.trouble.publish({ part: 'purge', error: error as Error })
      return false
    })
    await sleep(clock, isMore ? BATCH_PAUSE_MS : INTERVAL_MS, signal)
  }
}
