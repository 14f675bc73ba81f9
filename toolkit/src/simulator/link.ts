// The way between a process and a server: requests and answers take time, and may get lost.
import type { Faults } from './faults.ts'
import type { SimulatedProcess } from './process.ts'

/** What becomes of a request: not done and refused, or done and its answer lost. */
export interface Mishap {
  readonly refused?: Error
  readonly answerLost?: Error
}

export class Link {
  readonly process: SimulatedProcess
  readonly #faults: Faults
  /** What is under way on a channel, in its order; a channel never lets anything overtake. */
  readonly #channels = new Map<string, (() => void)[]>()
  #cutUntilMs = 0

  constructor(process: SimulatedProcess, faults: Faults) {
    this.process = process
    this.#faults = faults
  }

  /** Nothing passes for so long; it arrives afterwards. */
  cut(forMs: number): void {
    this.#cutUntilMs = Math.max(this.#cutUntilMs, this.process.scheduler.nowMs + forMs)
  }

  heal(): void {
    this.#cutUntilMs = 0
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
        void Promise.try(work).then(
          (value) => answer(() => (answerLost ? reject(answerLost) : resolve(value))),
          (error: unknown) => answer(() => reject(answerLost ?? (error as Error))),
        )
      }
      this.#carry(`> ${channel}`, arrived, undefined)
    })
  }

  /** Tells the process something, in the order of the channel. */
  tell(channel: string, call: () => void): void {
    if (this.process.state !== 'ended') this.#carry(`< ${channel}`, call, this.process)
  }

  #carry(channel: string, open: () => void, owner: SimulatedProcess | undefined): void {
    const { scheduler } = this.process
    if (owner?.state === 'ended') return
    const parcels = this.#channels.get(channel) ?? []
    const waitMs = Math.max(0, this.#cutUntilMs - scheduler.nowMs)
    const latencyMs = waitMs + this.#faults.latencyMs()
    if (latencyMs === 0 && parcels.length === 0 && owner?.state !== 'paused') return open()
    this.#channels.set(channel, parcels)
    parcels.push(open)
    // Whichever comes first takes the oldest along.
    scheduler.after(latencyMs, () => parcels.shift()?.(), owner)
  }
}
