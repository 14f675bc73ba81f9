// A crowd in one room: people with open streams over several gateways, and who heard what when.
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Host, must } from '../../test/support/http.ts'
import { type RawPerson, registerRaw } from '../../test/support/raw-person.ts'
import { type Heard, openStream } from '../../test/support/raw-stream.ts'
import type { ServerProcess } from '../../test/support/server-process.ts'
import { hostOf } from '../path/stage.ts'

export interface Crowd {
  /** Opens a group of all of them by that server; answers its id. */
  open(api: Host): Promise<number>
  /** Says so much in a room, one message each `everyMs`, and waits until all have heard it. */
  talk(roomId: number, everyMs: number, count: number): Promise<Talk>
  close(): void
}

export interface Talk {
  /** Of each message, from when it was due until a member heard it, ms, ascending. */
  readonly heardMs: readonly (readonly number[])[]
  /** Members who did not hear a message, over all of them. */
  readonly lost: number
}

/** Passwords are hashed two at a time. */
const REGISTERED_AT_ONCE = 2
/** A gateway lets a thousand in a second. */
const OPENED_AT_ONCE = 50
const ARRIVAL_MS_MAX = 30_000
const LOOK_MS = 50
const WORDS = '오늘 저녁 어때? 강남역 2번 출구에서 보자'

export async function gatherCrowd(
  api: Host,
  gateways: readonly ServerProcess[],
  size: number,
): Promise<Crowd> {
  /** By client message id: when each member heard it. */
  const heard = new Map<string, number[]>()
  const streams: ReturnType<typeof openStream>[] = []

  function hear({ type, data }: Heard): void {
    if (type !== 'message' && type !== 'own_message') return
    heard.get(String(data.client_message_id))?.push(performance.now())
  }

  async function listen({ token }: RawPerson, at: number): Promise<void> {
    const ready = Promise.withResolvers<void>()
    const gateway = gateways[at % gateways.length]
    const over = (why: string) => ready.reject(new Error(`a stream is over: ${why}`))
    const hearAll = (one: Heard) => {
      if (one.type === 'ready') ready.resolve()
      hear(one)
    }
    const { port } = gateway === undefined ? api : hostOf(gateway)
    streams.push(openStream({ port, token, hear: hearAll, over }))
    await ready.promise
  }

  const register = (at: number) => registerRaw(api, `member_${at}`)
  const people = await inParts(size, REGISTERED_AT_ONCE, register)
  await inParts(size, OPENED_AT_ONCE, async (at) => {
    const person = people[at]
    if (person !== undefined) await listen(person, at)
  })

  const [speaker] = people
  const token = speaker?.token ?? ''

  async function say(roomId: number, due: number): Promise<readonly number[]> {
    const id = randomUUID()
    const times: number[] = []
    heard.set(id, times)
    const body = { client_message_id: id, content: WORDS }
    await must(api, { method: 'POST', path: `/rooms/${roomId}/messages`, token, body })
    const deadline = performance.now() + ARRIVAL_MS_MAX
    while (times.length < size && performance.now() < deadline) await delay(LOOK_MS)
    heard.delete(id)
    return times.map((atMs) => atMs - due)
  }

  return {
    async open(host) {
      const member_ids = people.slice(1).map((one) => one.userId)
      const body = { room_type: 'group', member_ids, name: '큰 방' }
      const room = await must(host, { method: 'POST', path: '/rooms', token, body })
      return Number(room.room_id)
    },
    async talk(roomId, everyMs, count) {
      const startMs = performance.now()
      const saying: Promise<readonly number[]>[] = []
      for (let at = 0; at < count; at += 1) {
        const dueMs = startMs + at * everyMs
        await delay(Math.max(0, dueMs - performance.now()))
        saying.push(say(roomId, dueMs))
      }
      const heardMs = await Promise.all(saying)
      const lost = heardMs.reduce((sum, times) => sum + size - times.length, 0)
      return { heardMs, lost }
    },
    close() {
      for (const stream of streams) stream.destroy()
    },
  }
}

async function inParts<Answer>(
  count: number,
  atOnce: number,
  work: (at: number) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let at = 0; at < count; at += atOnce) {
    const size = Math.min(atOnce, count - at)
    answers.push(...(await Promise.all(Array.from({ length: size }, (_, next) => work(at + next)))))
  }
  return answers
}
