// The event stream that comes back by itself and goes on where it stopped.
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { authorization, type ClientOptions, isRefusal, ProblemAnswer } from './client.ts'
import { growingPauses, pause, RETRY_MS_MAX } from './pause.ts'

/** One event of a person's line, or news without a place in it (`id` undefined). */
export interface StreamEvent {
  readonly id: string | undefined
  readonly type: string
  readonly title: string
  readonly data: Record<string, unknown>
  /** Of the large room whose line tells it, and not the person's. */
  readonly roomId?: number
}

export interface StreamOptions {
  /** Go on after this id; left out, the stream begins now. */
  readonly lastEventId?: string
  readonly signal?: AbortSignal
  /** Told that a connection is ready, and that it is lost; what was told may be told again. */
  readonly onConnection?: (isConnected: boolean) => void
}

/** A server cannot send a client away for longer, unless the client says otherwise. */
const ASKED_MS_MAX = 60_000
/** The server's heartbeat comes every 15 s; three of them missed is a dead connection. */
const SILENCE_MS_MAX = 45_000

/** The person has opened too many streams elsewhere: who came back would end another one. */
export const DISPLACED = 'displaced'

/**
 * Events until `signal` is aborted, or a `displaced` says that there are too many streams. The
 * first of each connection is `ready`, unless it ends at once. Rejects only when the server refuses
 * for good: not signed in, or no right.
 */
export async function* eventStream(
  client: ClientOptions,
  options: StreamOptions = {},
): AsyncGenerator<StreamEvent> {
  let lastEventId = options.lastEventId
  const pauses = growingPauses(client.retryMsMax ?? RETRY_MS_MAX)
  /** What the server asked for last: it spreads those whom it sends away. */
  let askedMs = 0
  const asked: Asked = (waitMs) => {
    askedMs = Math.min(waitMs, client.retryMsMax ?? ASKED_MS_MAX)
  }
  while (!options.signal?.aborted) {
    try {
      for await (const event of connection(client, lastEventId, options.signal, asked)) {
        pauses.reset()
        if (event.type === 'ready') options.onConnection?.(true)
        lastEventId = event.id ?? newStart(event, lastEventId) ?? lastEventId
        yield event
        if (event.type === DISPLACED) return
      }
    } catch (error) {
      if (isRefusal(error)) throw error
    } finally {
      options.onConnection?.(false)
    }
    await pause(Math.max(pauses.next(), askedMs), options.signal)
    askedMs = 0
  }
}

/** Hears how long the server wants a reader to wait before it comes back. */
type Asked = (waitMs: number) => void

/** A stream without a cursor, and one that cannot go on, continue from the head they are told. */
function newStart(event: StreamEvent, lastEventId: string | undefined): string | undefined {
  const begins = event.type === 'ready' && lastEventId === undefined
  return begins || event.type === 'resync' ? String(event.data.head) : undefined
}

async function* connection(
  client: ClientOptions,
  lastEventId: string | undefined,
  signal: AbortSignal | undefined,
  asked: Asked,
): AsyncGenerator<StreamEvent> {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX)
  const signals = [silence.signal, ...(signal === undefined ? [] : [signal])]
  try {
    const { fetch: ask = fetch } = client
    const response = await ask(`${client.baseUrl}/stream`, {
      headers: {
        accept: 'text/event-stream',
        ...authorization(client.token),
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      },
      signal: AbortSignal.any(signals),
    })
    if (!response.ok || response.body === null) {
      asked(retryAfterMs(response.headers))
      throw new ProblemAnswer(response.status, await response.json().catch(() => ({})))
    }
    const parsed: EventSourceMessage[] = []
    const parser = createParser({ onEvent: (message) => parsed.push(message), onRetry: asked })
    for await (const text of textsOf(response.body)) {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX)
      parser.feed(text)
      for (const message of parsed.splice(0)) yield eventOf(message)
    }
  } finally {
    clearTimeout(timer)
    silence.abort()
  }
}

/** With up to half as much again, so that who was sent away together comes back apart. */
function retryAfterMs(headers: Headers): number {
  const seconds = Number(headers.get('retry-after'))
  if (!Number.isFinite(seconds) || seconds <= 0) return 0
  return seconds * 1_000 * (1 + Math.random() / 2)
}

/** Piece by piece, and by hand: not every browser iterates streams. */
async function* textsOf(body: NonNullable<Response['body']>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
}

interface Told extends Pick<StreamEvent, 'title' | 'data'> {
  readonly room_id?: number
}

function eventOf(message: EventSourceMessage): StreamEvent {
  const { title, data, room_id } = JSON.parse(message.data) as Told
  const event = { id: message.id, type: message.event ?? 'message', title, data }
  return room_id === undefined ? event : { ...event, roomId: room_id }
}
