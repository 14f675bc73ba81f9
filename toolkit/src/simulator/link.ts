// The way between a process and a server: requests and answers take time, and may get lost.
import type { Faults } from './faults.ts'
import type { SimulatedProcess } from './process.ts'

/** What becomes of a request: not done and refused, or done and its answer lost. */
export interface Mishap {
  readonly refused?: Error
  readonly answerLost?: Error
}

interface Channel {
  readonly owner: SimulatedProcess | undefined
  /** What is under way, the oldest first. */
  readonly parcels: (() => void)[]
}

export class Link {
  readonly process: SimulatedProcess
  readonly #faults: Faults
  /** What is under way on a channel, in its order; a channel never lets anything overtake. */
  readonly #channels = new Map<string, Channel>()
  #cutUntilMs = 0

  constructor(process: SimulatedProcess, faults: Faults) {
    this.process = process
    this.#faults = faults
  }

  /** Nothing passes for so long; it arrives afterwards. */
  cut(forMs: number): void {
    this.#cutUntilMs = Math.max(this.#cutUntilMs, this.process.scheduler.nowMs + forMs)
  }

  /** What is under way arrives now. */
  heal(): void {
    this.#cutUntilMs = 0
    for (const channel of this.#channels.values()) {
      for (let left = channel.parcels.length; left > 0; left -= 1) this.#deliver(channel, 0)
    }
  }

  get isCut(): boolean {
    return this.#cutUntilMs > this.process.scheduler.nowMs
  }

  /**
   * Has `work` done by the server; it is done also when the process ends in between. Of an ended
   * process nothing comes any more, neither a request nor an answer.
   */
  ask<Answer>(
    channel: string,
    work: () => Promise<Answer> | Answer,
    mishap: Mishap = {},
  ): Promise<Answer> {
    const { process } = this
    return new Promise((resolve, reject) => {
      if (process.state === 'ended') return
      const answer = (settle: () => void) => {
        this.#carry(`< ${channel}`, settle, process)
      }
      const arrived = () => {
        const { refused, answerLost } = mishap
        if (refused) return answer(() => reject(refused))
        const succeed = (value: Answer) =>
          answer(() => (answerLost ? reject(answerLost) : resolve(value)))
        const fail = (error: unknown) => answer(() => reject(answerLost ?? (error as Error)))
        let answered: Promise<Answer> | Answer
        try {
          answered = work()
        } catch (error) {
          return fail(error)
        }
        // Most work is done at once, and what need not wait costs no promise.
        if (answered instanceof Promise) void answered.then(succeed, fail)
        else succeed(answered)
      }
      this.#carry(`> ${channel}`, arrived, undefined)
    })
  }

  /** Tells the process something, in the order of the channel. */
  tell(channel: string, call: () => void): void {
    if (this.process.state !== 'ended') this.#carry(`< ${channel}`, call, this.process)
  }

  #carry(name: string, open: () => void, owner: SimulatedProcess | undefined): void {
    const { scheduler } = this.process
    if (owner?.state === 'ended') return
    const channel = this.#channels.get(name) ?? { owner, parcels: [] }
    const waitMs = Math.max(0, this.#cutUntilMs - scheduler.nowMs)
    const latencyMs = waitMs + this.#faults.latencyMs()
    const isFree = channel.parcels.length === 0 && owner?.state !== 'paused'
    if (latencyMs === 0 && isFree) return open()
    this.#channels.set(name, channel)
    channel.parcels.push(open)
    this.#deliver(channel, latencyMs)
  }

  /** Whichever comes first takes the oldest along. */
  #deliver({ owner, parcels }: Channel, delayMs: number): void {
    this.process.scheduler.after(delayMs, () => parcels.shift()?.(), owner)
  }
}
