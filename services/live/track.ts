// One line as a stream follows it: in order and without a gap, whatever the bell does.
import type { NumberedNews } from './live.ts'

export interface TrackOptions {
  /** The stored line from a number on, ascending; empty when it is stored no more. */
  readonly read: (after: number, upTo: number) => Promise<readonly NumberedNews[]>
  readonly send: (news: NumberedNews) => void
  /** What to wait for before more of a backlog is sent, if anything. */
  readonly pause: () => Promise<void> | undefined
  /** What comes next is stored no more; the track goes on after `head`. */
  readonly broken: (head: number) => void
  /** The line cannot be read now. */
  readonly failed: (error: Error) => void
}

export interface Track {
  /** The number that was sent last. */
  last(): number
  /** Sends the line after a number, then goes live. */
  begin(after: number): Promise<void>
  /** The bell: news that may be next, late, early or known already. */
  ring(news: NumberedNews): void
  /** The line goes up to here: what the bell missed is read now. */
  reach(head: number): void
  stop(): void
}

export function createTrack({ read, send, pause, broken, failed }: TrackOptions): Track {
  let last = 0
  let wanted = 0
  let isOpen = true
  // Until `begin` has caught up, the bell only says how far to read.
  let isReading = true

  function pass(news: NumberedNews): void {
    last = news.userSeq
    send(news)
  }

  async function passAll(missed: readonly NumberedNews[]): Promise<void> {
    for (const news of missed) {
      if (!isOpen || news.userSeq !== last + 1) return
      pass(news)
      const waiting = pause()
      if (waiting !== undefined) await waiting
    }
  }

  function breakOff(): void {
    last = wanted
    broken(last)
  }

  async function catchUp(): Promise<void> {
    isReading = true
    try {
      while (isOpen && last < wanted) {
        const missed = await read(last, wanted)
        if (missed[0]?.userSeq === last + 1) await passAll(missed)
        else if (isOpen) breakOff()
      }
    } catch (error) {
      failed(error as Error)
    } finally {
      isReading = false
    }
  }

  function reach(head: number): void {
    wanted = Math.max(wanted, head)
    if (isOpen && !isReading && last < wanted) void catchUp()
  }

  return {
    last: () => last,
    begin(after) {
      last = after
      return catchUp()
    },
    ring(news) {
      if (isOpen && !isReading && news.userSeq === last + 1) pass(news)
      else reach(news.userSeq)
    },
    reach,
    stop() {
      isOpen = false
    },
  }
}
