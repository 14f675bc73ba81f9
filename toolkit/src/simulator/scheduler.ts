// Virtual time: runs what is due in an order that the seed picks, and jumps when nothing is.
import type { Random } from './random.ts'

/** Whose work it is: work of a paused owner waits, work of an ended one never comes. */
export interface Owner {
  readonly state: 'running' | 'paused' | 'ended'
}

interface Task {
  readonly owner: Owner | undefined
  readonly atMs: number
  readonly call: () => void
}

/** A run that takes more turns than this goes round in circles. */
const TURNS_MAX = 200_000

export class Scheduler {
  readonly random: Random
  #nowMs: number
  #turns = 0
  #tasks: Task[] = []

  constructor(random: Random, startMs: number) {
    this.random = random
    this.#nowMs = startMs
  }

  get nowMs(): number {
    return this.#nowMs
  }

  get turns(): number {
    return this.#turns
  }

  /** How much waits for its time; what belongs to the ended does not count. */
  get waiting(): number {
    this.#tasks = this.#tasks.filter(({ owner }) => owner?.state !== 'ended')
    return this.#tasks.length
  }

  after(delayMs: number, call: () => void, owner?: Owner): () => void {
    const task: Task = { owner, atMs: this.#nowMs + Math.max(0, Math.round(delayMs)), call }
    this.#tasks.push(task)
    return () => {
      const at = this.#tasks.indexOf(task)
      if (at >= 0) this.#remove(at)
    }
  }

  /** Runs until `isOver`, or until nothing is due before `endMs`: then it is that late. */
  async run(endMs: number, isOver: () => boolean = () => false): Promise<void> {
    await settled()
    while (!isOver()) {
      const task = this.#next(endMs)
      if (task === undefined) {
        this.#nowMs = Math.max(this.#nowMs, Number.isFinite(endMs) ? endMs : 0)
        return
      }
      this.#turns += 1
      if (this.#turns > TURNS_MAX) throw new Error(`no rest after ${TURNS_MAX} turns`)
      task.call()
      await settled()
    }
  }

  /** One of the tasks that are due, or of those that are due first. */
  #next(endMs: number): Task | undefined {
    let firstMs = Number.POSITIVE_INFINITY
    for (const { owner, atMs } of this.#tasks) {
      if (atMs < firstMs && (owner === undefined || owner.state === 'running')) firstMs = atMs
    }
    if (firstMs > endMs || firstMs === Number.POSITIVE_INFINITY) return undefined
    this.#nowMs = Math.max(this.#nowMs, firstMs)
    const due: number[] = []
    for (const [at, { owner, atMs }] of this.#tasks.entries()) {
      const runs = owner === undefined || owner.state === 'running'
      if (runs && atMs <= this.#nowMs) due.push(at)
    }
    const at = due.length === 1 ? due[0] : due[this.random.below(due.length)]
    const task = this.#tasks[at ?? 0]
    this.#remove(at ?? 0)
    return task
  }

  #remove(at: number): void {
    const last = this.#tasks.pop()
    if (last !== undefined && at < this.#tasks.length) this.#tasks[at] = last
  }
}

/** Resolves when every promise that can go on has done so: a tick comes after all microtasks. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve)
  })
}
