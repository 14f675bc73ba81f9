// Asks every process for its streams of a person: no table knows how far each has come.
import { randomUUID } from 'node:crypto'
import { type Clock, sleep } from 'sosik'
import type { Fanout } from './fanout.ts'

/** An open stream, and the last number of its line that was sent to it. */
export interface StreamStanding {
  readonly lastSeq: number
}

export interface RollCallParts {
  readonly fanout: Fanout
  readonly clock: Clock
  /** The streams of the person in this process. */
  readonly standing: (userId: number) => readonly StreamStanding[]
  readonly onError: (error: Error) => void
}

export interface RollCall {
  /** Answers for this process from now on. */
  start(): Promise<void>
  stop(): Promise<void>
  /** What the processes answer within a moment; one that is slower, or cut off, is not heard. */
  ask(userId: number): Promise<StreamStanding[]>
}

const CHANNEL = 'live:roll-call'
const ANSWERS_MS_MAX = 300

export function createRollCall(parts: RollCallParts): RollCall {
  const { fanout, clock, standing, onError } = parts
  let leave = async () => {}

  function answer(question: string): void {
    const { id, user_id } = JSON.parse(question) as { id: string; user_id: number }
    const streams = standing(user_id)
    if (streams.length > 0) fanout.publish(answersOf(id), JSON.stringify(streams)).catch(onError)
  }

  return {
    async start() {
      leave = await fanout.subscribe(CHANNEL, answer)
    },
    stop: () => leave(),
    async ask(userId) {
      const id = randomUUID()
      const heard: StreamStanding[] = []
      const ended = await fanout.subscribe(answersOf(id), (streams) => {
        heard.push(...(JSON.parse(streams) as StreamStanding[]))
      })
      try {
        await fanout.publish(CHANNEL, JSON.stringify({ id, user_id: userId }))
        await sleep(clock, ANSWERS_MS_MAX)
        return heard
      } finally {
        await ended()
      }
    },
  }
}

const answersOf = (id: string): string => `${CHANNEL}:${id}`
