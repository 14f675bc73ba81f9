// Readers with open event streams that come back by themselves and go on where they stopped.
import type { ClientRequest } from 'node:http'
import type { Journal } from '../records/journal.ts'
import type { StreamLine } from '../records/lines.ts'
import type { Host } from '../../support/http.ts'
import { type Heard, openStream } from '../../support/raw-stream.ts'
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

  function hear({ id, type, data }: Heard): void {
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

function subjectOf({ message_id, notification_id, friendship_id }: Heard['data']): string {
  const [subject] = [message_id, notification_id, friendship_id].filter((one) => one !== undefined)
  return typeof subject === 'number' || typeof subject === 'string' ? String(subject) : ''
}
