// Items that wait for their batch: what comes while one runs is the next one.
import { type Clock, sleep } from '../clock.ts'
import { nextBatch } from './next-batch.ts'

export interface LineOptions<Item> {
  /** How many items the next batch has at most. */
  readonly max: () => number
  readonly clock: Clock
  /** Items that share a name are never at work at the same time. */
  readonly namesOf: (item: Item) => readonly string[]
  /** Settles when the item has ended; until then it keeps its names. */
  readonly endOf: (item: Item) => Promise<unknown>
  /** Resolves when the line may go on, which may be before each item has ended; never rejects. */
  readonly run: (batch: readonly Item[]) => Promise<void>
}

/** Answers what takes an item into the line. A lone item waits for one turn of the loop. */
export function waitingLine<Item>(options: LineOptions<Item>): (item: Item) => void {
  const { max, clock, namesOf, endOf, run } = options
  const busy = new Set<string>()
  let waiting: readonly Item[] = []
  let isRunning = false
  let isWoken = false

  function wake(): void {
    if (isWoken || isRunning || waiting.length === 0) return
    isWoken = true
    // Keys that were just set free bring their next events in this turn of the loop.
    void sleep(clock, 0).then(() => {
      isWoken = false
      return begin()
    })
  }

  async function begin(): Promise<void> {
    const { batch, rest } = nextBatch(waiting, namesOf, max(), busy)
    if (batch.length === 0) return
    waiting = rest
    for (const item of batch) occupy(item)
    isRunning = true
    await run(batch)
    isRunning = false
    wake()
  }

  function occupy(item: Item): void {
    const names = namesOf(item)
    const free = () => {
      for (const name of names) busy.delete(name)
      wake()
    }
    for (const name of names) busy.add(name)
    endOf(item).then(free, free)
  }

  return (item) => {
    waiting = [...waiting, item]
    wake()
  }
}
