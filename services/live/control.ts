// What processes tell each other of a person's streams, over the person's channel.
import { type Bell, channelOf } from './fanout.ts'
import type { News } from './live.ts'
import type { EventStream } from './stream.ts'

const SESSION_ENDED = 'session_ended'
const STREAMS_DISPLACED = 'streams_displaced'

export const sessionEndedBell = (userId: number, sessionId: string): Bell =>
  bellOf(userId, SESSION_ENDED, { session_id: sessionId })

export const displacedBell = (userId: number, streamIds: readonly string[]): Bell =>
  bellOf(userId, STREAMS_DISPLACED, { stream_ids: streamIds })

const bellOf = (userId: number, type: string, data: object): Bell => ({
  channel: channelOf(userId),
  message: JSON.stringify({ type, title: '', data }),
})

interface Told {
  readonly session_id?: string
  readonly stream_ids?: readonly string[]
}

/** Ends the stream if it is told to; false for news that is for its reader. */
export function obey(stream: EventStream, { type, data }: News): boolean {
  const { session_id, stream_ids = [] } = data as Told
  if (type === SESSION_ENDED) {
    if (session_id === stream.sessionId) stream.end('session_ended')
    return true
  }
  if (type !== STREAMS_DISPLACED) return false
  if (stream_ids.includes(stream.streamId)) stream.end('displaced')
  return true
}
