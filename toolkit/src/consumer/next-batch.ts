// The rule of group commit: which of the events that wait share the next transaction.

export interface Batch<Item> {
  readonly batch: readonly Item[]
  /** What goes on waiting, in its order. */
  readonly rest: readonly Item[]
}

/**
 * First come, first served, up to `max`. Of the items that share a name (`namesOf`, such as a key)
 * only one is at work at a time: the others wait while it is in the batch or among the `busy`, so
 * that none overtakes another.
 */
export function nextBatch<Item>(
  waiting: readonly Item[],
  namesOf: (item: Item) => readonly string[],
  max: number,
  busy: ReadonlySet<string>,
): Batch<Item> {
  const batch: Item[] = []
  const rest: Item[] = []
  const seen = new Set<string>()
  for (const item of waiting) {
    const names = namesOf(item)
    const isFree = !names.some((name) => seen.has(name) || busy.has(name))
    if (isFree && batch.length < max) batch.push(item)
    else rest.push(item)
    for (const name of names) seen.add(name)
  }
  return { batch, rest }
}
