// One open event stream: sends a person's line without a gap, whatever the bell does.
import { formatCursor, frame, HEARTBEAT_FRAME, type News, type NumberedNews } from './live.ts'

/** Where frames go; `queuedBytes` is what the reader has not taken yet. */
export interface FrameSink {
  write(text: string): void
  queuedBytes(): number
  end(): void
}

export interface StreamOptions {
  readonly userId: number
  readonly sessionId: string
  readonly epoch: string
  readonly sink: FrameSink
  /** The stored line after a number, ascending, at most `limit`. */
  readonly readAfter: (userSeq: number, limit: number) => Promise<NumberedNews[]>
  readonly onError: (error: Error) => void
}

/** A reader that has not taken this much is cut off; it resumes where it stopped. */
export const QUEUED_BYTES_MAX = 1_048_576
const READ_ROWS_MAX = 200

export interface EventStream {
  readonly userId: number
  readonly sessionId: string
  /** The number of the line that was sent last. */
  readonly lastSeq: number
  /** Sends the line after `userSeq`, then goes live. */
  begin(userSeq: number): Promise<void>
  /** The bell: news that may be next, late, early or known already. */
  ring(news: NumberedNews): void
  /** News that is not part of the line. */
  whisper(news: News): void
  /** The line's head as stored: what the bell missed is read now. */
  reach(head: number): void
  /** The same, and a sign of life to the reader. */
  beat(head: number): void
  close(): void
}

export function createEventStream(options: StreamOptions): EventStream {
  const { epoch, sink } = options
  let last = 0
  let wanted = 0
  let open = true
  // Until `begin` has caught up, the bell only says how far to read.
  let reading = true

  function write(text: string): void {
    if (!open) return
    sink.write(text)
    if (sink.queuedBytes() > QUEUED_BYTES_MAX) close()
  }

  function send(news: NumberedNews): void {
    write(frame(news, formatCursor({ epoch, userSeq: news.userSeq })))
    last = news.userSeq
  }

  async function catchUp(): Promise<void> {
    reading = true
    try {
      while (open && last < wanted) {
        const missed = await options.readAfter(last, READ_ROWS_MAX)
        if (missed.length === 0) break
        for (const news of missed) send(news)
      }
    } catch (error) {
      // The line cannot be read now: the reader comes back and resumes where it stopped.
      options.onError(error as Error)
      close()
    } finally {
      reading = false
    }
  }

  function close(): void {
    if (!open) return
    open = false
    sink.end()
  }

  function reach(userSeq: number): void {
    wanted = Math.max(wanted, userSeq)
    if (!reading && last < wanted) void catchUp()
  }

  return {
    userId: options.userId,
    sessionId: options.sessionId,
    get lastSeq() {
      return last
    },
    begin(userSeq) {
      last = userSeq
      return catchUp()
    },
    ring(news) {
      if (!reading && news.userSeq === last + 1) send(news)
      else reach(news.userSeq)
    },
    whisper: (news) => write(frame(news)),
    reach,
    beat(head) {
      write(HEARTBEAT_FRAME)
      reach(head)
    },
    close,
  }
}
