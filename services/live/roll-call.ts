// Asks every process for its streams of a person: no table knows how far each has come.
import { randomUUID } from 'node:crypto'
import { type Clock, sleep } from 'sosik'
import type { Fanout } from './fanout.ts'

/** An open stream, and the last number that was sent to it: of its line, and of large rooms. */
export interface StreamStanding {
  readonly lastSeq: number
  readonly rooms: readonly (readonly [roomId: number, seq: number])[]
}

export interface RollCallParts {
  readonly fanout: Fanout
  readonly clock: Clock
  /** The streams of the person in this process. */
  readonly standing: (userId: number) => readonly StreamStanding[]
  readonly onError: (error: Error) => void
}

export interface RollCall {
  /** Answers for this process, as soon as the bell is there. */
  start(): void
  stop(): Promise<void>
  /**
   * What the processes answer within a moment; one that is slower, or cut off, is not heard.
   * Undefined while the bell is away: then nobody can be asked.
   */
  ask(userId: number): Promise<StreamStanding[] | undefined>
}

const CHANNEL = 'live:roll-call'
const ANSWERS_MS_MAX = 300

export function createRollCall(parts: RollCallParts): RollCall {
  const { fanout, clock, standing, onError } = parts
  let listening: Promise<() => Promise<void>> | undefined

  const ring = (channel: string, what: object) =>
    fanout.publish([{ channel, message: JSON.stringify(what) }])

  function answer(question: string): void {
    const { id, user_id } = JSON.parse(question) as { id: string; user_id: number }
    const streams = standing(user_id)
    if (streams.length > 0) ring(answersOf(id), streams).catch(onError)
  }

  return {
    start() {
      listening = fanout.subscribe(CHANNEL, answer)
      listening.catch(onError)
    },
    async stop() {
      // Without the bell it is not there yet, and ends with the connection.
      if (fanout.isUp()) await (await listening)?.()
    },
    async ask(userId) {
      if (!fanout.isUp()) return undefined
      const id = randomUUID()
      const heard: StreamStanding[] = []
      const listening = fanout.subscribe(answersOf(id), (streams) => {
        heard.push(...(JSON.parse(streams) as StreamStanding[]))
      })
      listening.then(() => ring(CHANNEL, { id, user_id: userId })).catch(onError)
      await sleep(clock, ANSWERS_MS_MAX)
      listening.then((leave) => leave()).catch(onError)
      return heard
    },
  }
}

const answersOf = (id: string): string => `${CHANNEL}:${id}`
