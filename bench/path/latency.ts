// Open-loop load: each command is due at its time, and its latency counts from then.
import { setTimeout as delay } from 'node:timers/promises'
import { ask } from '../../test/support/http.ts'
import type { Stage } from './stage.ts'

export interface Measured {
  /** From when a command was due to its frame on the other person's stream, ms. */
  readonly streamMs: readonly number[]
  /** From when it was due to its answer, ms. */
  readonly answerMs: readonly number[]
  readonly refused: number
  readonly lost: number
}

/** After that a message that did not arrive is lost. */
const ARRIVAL_MS_MAX = 15_000
const LOOK_MS = 50
const WORDS = '오늘 저녁 어때? 강남역 2번 출구에서 보자'

/** What the readers hear, and when. */
export function createArrivals() {
  const atMs = new Map<string, number>()
  return {
    heard(clientMessageId: string): void {
      if (!atMs.has(clientMessageId)) atMs.set(clientMessageId, performance.now())
    },
    take(clientMessageId: string): number | undefined {
      const at = atMs.get(clientMessageId)
      atMs.delete(clientMessageId)
      return at
    },
    has: (clientMessageId: string) => atMs.has(clientMessageId),
  }
}

let runs = 0

export async function measure(
  { api, pairs }: Stage,
  arrivals: ReturnType<typeof createArrivals>,
  perSecond: number,
  seconds: number,
): Promise<Measured> {
  runs += 1
  const count = perSecond * seconds
  const answerMs: number[] = []
  const accepted: { id: string; dueMs: number }[] = []
  let refused = 0
  const startMs = performance.now()
  const dueMsOf = (at: number) => startMs + (at * 1_000) / perSecond

  async function send(at: number): Promise<void> {
    const id = `${runs}/${at}`
    const pair = pairs[at % pairs.length]
    const path = `/rooms/${pair?.roomId}/messages`
    const body = { client_message_id: id, content: `${id} ${WORDS}` }
    const token = pair?.senderToken ?? ''
    const answer = await ask(api, { method: 'POST', path, token, body }).catch(() => undefined)
    if (answer?.status !== 201) {
      refused += 1
      return
    }
    answerMs.push(performance.now() - dueMsOf(at))
    accepted.push({ id, dueMs: dueMsOf(at) })
  }

  const sending: Promise<void>[] = []
  for (let at = 0; at < count; at += 1) {
    const waitMs = dueMsOf(at) - performance.now()
    if (waitMs > 0) await delay(waitMs)
    sending.push(send(at))
  }
  await Promise.all(sending)
  const deadline = performance.now() + ARRIVAL_MS_MAX
  const isComplete = () => accepted.every(({ id }) => arrivals.has(id))
  while (!isComplete() && performance.now() < deadline) await delay(LOOK_MS)
  const arrived = accepted.map(({ id, dueMs }) => {
    const at = arrivals.take(id)
    return at === undefined ? undefined : at - dueMs
  })
  const streamMs = arrived.filter((ms) => ms !== undefined)
  return { streamMs, answerMs, refused, lost: arrived.length - streamMs.length }
}
