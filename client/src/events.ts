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
}

export interface StreamOptions {
  /** Go on after this id; left out, the stream begins now. */
  readonly lastEventId?: string
  readonly signal?: AbortSignal
}

/** The server's heartbeat comes every 15 s; three of them missed is a dead connection. */
const SILENCE_MS_MAX = 45_000

/**
 * Events until `signal` is aborted. The first of each connection is `ready`. Rejects only when the
 * server refuses for good: not signed in, or no right.
 */
export async function* eventStream(
  client: ClientOptions,
  options: StreamOptions = {},
): AsyncGenerator<StreamEvent> {
  let lastEventId = options.lastEventId
  const pauses = growingPauses(client.retryMsMax ?? RETRY_MS_MAX)
  while (!options.signal?.aborted) {
    try {
      for await (const event of connection(client, lastEventId, options.signal)) {
        pauses.reset()
        lastEventId = event.id ?? newStart(event, lastEventId) ?? lastEventId
        yield event
      }
    } catch (error) {
      if (isRefusal(error)) throw error
    }
    await pause(pauses.next(), options.signal)
  }
}

/** A stream without a cursor, and one that cannot go on, continue from the head they are told. */
function newStart(event: StreamEvent, lastEventId: string | undefined): string | undefined {
  const begins = event.type === 'ready' && lastEventId === undefined
  return begins || event.type === 'resync' ? String(event.data.head) : undefined
}

async function* connection(
  client: ClientOptions,
  lastEventId: string | undefined,
  signal: AbortSignal | undefined,
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
      throw new ProblemAnswer(response.status, await response.json().catch(() => ({})))
    }
    const parsed: EventSourceMessage[] = []
    const parser = createParser({ onEvent: (message) => parsed.push(message) })
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
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

function eventOf(message: EventSourceMessage): StreamEvent {
  const body = JSON.parse(message.data) as { title: string; data: Record<string, unknown> }
  return { id: message.id, type: message.event ?? 'message', title: body.title, data: body.data }
}
