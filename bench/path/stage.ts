// Where a path is measured: server processes, and pairs of people with a room and an open stream.
import { type Host, must } from '../../test/support/http.ts'
import { registerRaw } from '../../test/support/raw-person.ts'
import { type Heard, openStream } from '../../test/support/raw-stream.ts'
import type { ServerProcess } from '../../test/support/server-process.ts'

export interface Pair {
  readonly roomId: number
  readonly senderToken: string
}

export interface Stage {
  readonly api: Host
  readonly pairs: readonly Pair[]
  close(): void
}

const PAIRS = 50
/** Passwords are hashed two at a time. */
const REGISTERED_AT_ONCE = 2

/** `heard` is told each message that comes to the second of a pair, by its client message id. */
export async function openStage(
  api: ServerProcess,
  gateway: ServerProcess,
  heard: (clientMessageId: string) => void,
  pairsCount = PAIRS,
): Promise<Stage> {
  const host = hostOf(api)
  const streams: ReturnType<typeof openStream>[] = []

  async function listen(token: string): Promise<void> {
    const ready = Promise.withResolvers<void>()
    const hear = ({ type, data }: Heard) => {
      if (type === 'ready') ready.resolve()
      if (type === 'message') heard(String(data.client_message_id))
    }
    const over = (why: string) => ready.reject(new Error(`a stream is over: ${why}`))
    streams.push(openStream({ port: hostOf(gateway).port, token, hear, over }))
    await ready.promise
  }

  async function meet(at: number): Promise<Pair> {
    const sender = await registerRaw(host, `sender_${at}`)
    const reader = await registerRaw(host, `reader_${at}`)
    const body = { room_type: 'direct', member_ids: [reader.userId] }
    const { token } = sender
    const room = await must(host, { method: 'POST', path: '/rooms', token, body })
    await listen(reader.token)
    return { roomId: Number(room.room_id), senderToken: token }
  }

  const pairs: Pair[] = []
  for (let at = 0; at < pairsCount; at += REGISTERED_AT_ONCE) {
    const some = Array.from({ length: REGISTERED_AT_ONCE }, (_, next) => meet(at + next))
    pairs.push(...(await Promise.all(some)))
  }
  return {
    api: host,
    pairs,
    close() {
      for (const stream of streams) stream.destroy()
    },
  }
}

export const hostOf = ({ url }: ServerProcess): Host => ({
  name: url,
  port: Number(new URL(url).port),
})
