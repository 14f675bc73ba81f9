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

const AT_ONCE = Promise.resolve()

export class Scheduler {
  readonly random: Random
  #nowMs: number
  #turns = 0
  #tasks: Task[] = []
  /** Indexes of what is due, while one of them is picked. */
  readonly #due: number[] = []

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
  run(endMs: number, isOver: () => boolean = () => false): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = () => {
        try {
          const task = isOver() ? undefined : this.#next(endMs)
          if (task === undefined) return resolve(this.#rest(endMs, isOver()))
          task.call()
          process.nextTick(settled)
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)))
        }
      }
      // A tick comes after all microtasks, so every promise that could go on has done so; and all
      // ticks come before the next microtask, so the turn itself must be one.
      const settled = () => void AT_ONCE.then(turn)
      process.nextTick(settled)
    })
  }

  #rest(endMs: number, isOver: boolean): void {
    if (!isOver && Number.isFinite(endMs)) this.#nowMs = Math.max(this.#nowMs, endMs)
  }

  /** One of the tasks that are due, or of those that are due first. */
  #next(endMs: number): Task | undefined {
    const due = this.#due
    due.length = 0
    let dueMs = Number.POSITIVE_INFINITY
    for (let at = 0; at < this.#tasks.length; at += 1) {
      const { owner, atMs } = this.#tasks[at] as Task
      if (owner !== undefined && owner.state !== 'running') continue
      const sinceMs = Math.max(atMs, this.#nowMs)
      if (sinceMs > dueMs) continue
      if (sinceMs < dueMs) due.length = 0
      dueMs = sinceMs
      due.push(at)
    }
    if (dueMs > endMs || due.length === 0) return undefined
    this.#turns += 1
    if (this.#turns > TURNS_MAX) throw new Error(`no rest after ${TURNS_MAX} turns`)
    this.#nowMs = dueMs
    const at = (due.length === 1 ? due[0] : due[this.random.below(due.length)]) ?? 0
    const task = this.#tasks[at]
    this.#remove(at)
    return task
  }

  #remove(at: number): void {
    const last = this.#tasks.pop()
    if (last !== undefined && at < this.#tasks.length) this.#tasks[at] = last
  }
}
