// How many lanes may be at work at once, and who is next: first come, first served.
import { type Clock, sleep } from '../clock.ts'

/** After this many records in a row the loop is given back, so that heartbeats are never late. */
const RECORDS_PER_TURN = 128

export interface Slots {
  /** Runs `work` when there is a free slot; it resolves when it gives the slot back. */
  run(work: () => Promise<void>): void
  /** Called after each record: now and then gives the event loop its turn. */
  breathe(): Promise<void> | undefined
}

export function createSlots(count: number, clock: Clock): Slots {
  const waiting: (() => Promise<void>)[] = []
  let free = count
  let records = 0

  async function occupy(first: () => Promise<void>): Promise<void> {
    for (let work: typeof first | undefined = first; work; work = waiting.shift()) await work()
    free += 1
  }

  return {
    run(work) {
      if (free === 0) {
        waiting.push(work)
        return
      }
      free -= 1
      void occupy(work)
    },
    breathe() {
      records += 1
      if (records % RECORDS_PER_TURN !== 0) return undefined
      return sleep(clock, 0)
    },
  }
}
