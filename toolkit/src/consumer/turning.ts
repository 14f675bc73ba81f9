// A clock that stands still is turned until some work has ended.
import type { VirtualClock } from '../embedded/virtual-clock.ts'
import { until } from '../testing/until.ts'

/** What is due at once is done; no time passes. */
export async function turning(clock: VirtualClock, work: Promise<unknown>): Promise<void> {
  let isOver = false
  const over = () => void (isOver = true)
  work.then(over, over)
  await until('the work', async () => {
    await clock.advance(0)
    return isOver
  })
  await work
}
