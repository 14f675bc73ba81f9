// Readers with open event streams that come back by themselves and go on where they stopped.
import { type ClientRequest, get } from 'node:http'
import type { Journal } from '../records/journal.ts'
import type { StreamLine } from '../records/lines.ts'
import type { Host } from './http.ts'
import type { Person } from './world.ts'

export interface Readers {
  /** How many streams are live now. */
  readonly live: number
  /** The last cursor that each reader was given, by user. */
  cursors(): Record<number, string>
  /** Breaks one reader's connection; it comes back. */
  cut(userId: number): void
  close(): void
}

const RECONNECT_MS = 200
const RECONNECT_MS_SPREAD = 200
/** The server's heartbeat comes every 15 s. */
const SILENCE_MS_MAX = 20_000

export function startReaders(
  people: readonly Person[],
  gateways: readonly Host[],
  journal: Journal<StreamLine>,
): Readers {
  const readers = people.map((person, at) => startReader(person, gateways, at, journal))
  return {
    get live() {
      return readers.filter((one) => one.isLive()).length
    },
    cursors: () => Object.fromEntries(readers.map((one) => [one.userId, one.cursor() ?? ''])),
    cut: (userId) => readers.find((one) => one.userId === userId)?.cut('cut by the reader'),
    close() {
      for (const one of readers) one.close()
    },
  }
}

function startReader(
  { userId, token }: Person,
  gateways: readonly Host[],
  first: number,
  journal: Journal<StreamLine>,
) {
  let cursor: string | undefined
  let live = false
  let closed = false
  let connections = first
  let request: ClientRequest | undefined
  let timer: NodeJS.Timeout | undefined

  function comeBack(why: string): void {
    if (request === undefined) return
    request.destroy()
    request = undefined
    live = false
    journal.note({ is: 'closed', userId, why })
    if (closed) return
    timer = setTimeout(connect, RECONNECT_MS + Math.random() * RECONNECT_MS_SPREAD)
  }

  function connect(): void {
    const gateway = gateways[(connections += 1) % gateways.length]
    journal.note({ is: 'opened', userId, from: cursor })
    const asked = openStream({ port: gateway?.port, token, cursor, hear, over })
    request = asked

    function over(why: string): void {
      if (request === asked) comeBack(why)
    }
  }

  function hear(frame: string): void {
    const heard = parse(frame)
    if (heard === undefined) return
    const { id, type, data } = heard
    if (type === 'ready' || type === 'resync') {
      const head = String(data.head)
      if (type === 'resync' || cursor === undefined) cursor = head
      live = true
      return journal.note({ is: type, userId, head })
    }
    if (id === undefined) return
    cursor = id
    const room = data.room_id === undefined ? undefined : Number(data.room_id)
    journal.note({ is: 'news', userId, cursor: id, type, subject: subjectOf(data), roomId: room })
  }

  connect()
  return {
    userId,
    isLive: () => live,
    cursor: () => cursor,
    cut: comeBack,
    close() {
      closed = true
      clearTimeout(timer)
      comeBack('closed')
    },
  }
}

interface Opening {
  readonly port: number | undefined
  readonly token: string
  readonly cursor: string | undefined
  readonly hear: (frame: string) => void
  /** Called when the connection is of no use any more, with the reason. */
  readonly over: (why: string) => void
}

function openStream({ port, token, cursor, hear, over }: Opening): ClientRequest {
  const asked = get({
    agent: false,
    host: '127.0.0.1',
    port,
    path: '/stream',
    headers: {
      authorization: `Bearer ${token}`,
      ...(cursor !== undefined && { 'last-event-id': cursor }),
    },
  })
  asked.setTimeout(SILENCE_MS_MAX, () => over('silence'))
  asked.on('error', (error) => over(error.message))
  asked.once('response', (response) => {
    if (response.statusCode !== 200) return over(`status ${response.statusCode}`)
    let rest = ''
    response.setEncoding('utf8')
    response.on('error', () => {})
    response.once('close', () => over('ended'))
    response.on('data', (chunk: string) => {
      const frames = (rest + chunk).split('\n\n')
      rest = frames.pop() ?? ''
      for (const frame of frames) hear(frame)
    })
  })
  return asked
}

interface Heard {
  readonly id: string | undefined
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Undefined for a comment, such as the heartbeat. */
function parse(frame: string): Heard | undefined {
  const fields = new Map<string, string>()
  for (const line of frame.split('\n')) {
    const colon = line.indexOf(': ')
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2))
  }
  const body = fields.get('data')
  if (body === undefined) return undefined
  const { data } = JSON.parse(body) as { data: Heard['data'] }
  return { id: fields.get('id'), type: fields.get('event') ?? '', data }
}

function subjectOf({ message_id, notification_id, friendship_id }: Heard['data']): string {
  const [subject] = [message_id, notification_id, friendship_id].filter((one) => one !== undefined)
  return typeof subject === 'number' || typeof subject === 'string' ? String(subject) : ''
}
