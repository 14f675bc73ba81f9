// A process of the simulated world: it can crash, and be paused and go on as if nothing had been.
import type { Clock } from '../clock.ts'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import type { Owner, Scheduler } from './scheduler.ts'

export class SimulatedProcess implements Owner {
  readonly name: string
  readonly random: Random
  readonly scheduler: Scheduler
  /** The only clock that code of this process may see. */
  readonly clock: Clock
  #state: Owner['state'] = 'running'
  #pausedAtMs: number | undefined
  readonly #watchers = new Set<() => void>()

  constructor(name: string, scheduler: Scheduler, faults: Faults) {
    this.name = name
    this.scheduler = scheduler
    this.random = scheduler.random.fork()
    this.clock = {
      nowMs: () => scheduler.nowMs,
      after: (delayMs, call) => {
        if (this.state === 'ended') return () => {}
        return scheduler.after(delayMs + faults.latenessMs(), call, this)
      },
    }
  }

  get state(): Owner['state'] {
    return this.#state
  }

  /** Since when it stands still; undefined while it runs. */
  get pausedAtMs(): number | undefined {
    return this.#pausedAtMs
  }

  /** Nothing of it happens any more, and no answer reaches it. */
  crash(): void {
    this.#become('ended')
  }

  /** As SIGSTOP: the world goes on without it. */
  pause(): void {
    if (this.#state !== 'running') return
    this.#pausedAtMs = this.scheduler.nowMs
    this.#become('paused')
  }

  /** As SIGCONT: all that came due in between is due now. */
  resume(): void {
    if (this.#state !== 'paused') return
    this.#pausedAtMs = undefined
    this.#become('running')
  }

  /** Calls at each change of the state; answers the function that ends it. */
  onChange(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  #become(state: Owner['state']): void {
    if (this.#state === 'ended') return
    this.#state = state
    for (const watcher of this.#watchers) watcher()
  }
}
