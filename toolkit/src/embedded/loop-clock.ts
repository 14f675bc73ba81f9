// The clock of an embedded log that nobody gave one: the machine's, with turns of the loop.
import { type Clock, systemClock } from '../clock.ts'

/** A delay of zero is the next turn of the event loop, not the millisecond that a timer takes. */
export const loopClock: Clock = {
  nowMs: () => systemClock.nowMs(),
  after(delayMs, call) {
    if (delayMs > 0) return systemClock.after(delayMs, call)
    const turn = setImmediate(call)
    return () => {
      clearImmediate(turn)
    }
  },
}
