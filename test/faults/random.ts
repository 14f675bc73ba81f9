// Randomness from a seed: the same seed chooses the same load and the same faults.

export interface Random {
  /** From 0 up to, and without, 1. */
  next(): number
  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  /** Throws for an empty list. */
  pick<Item>(items: readonly Item[]): Item
}

/** Mulberry32: 32 bits of state, good enough to choose by. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  return {
    next,
    below,
    between: (low, high) => low + below(high - low + 1),
    pick(items) {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('There is nothing to pick from.')
      return item
    },
  }
}

/** Indexes from 0 to `count` - 1 by Zipf's law: the first ones often, the last ones seldom. */
export function zipf(count: number, exponent: number, random: Random): () => number {
  const weights = Array.from({ length: count }, (_, at) => (at + 1) ** -exponent)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let reached = 0
  const ends = weights.map((weight) => (reached += weight / total))
  return () => {
    const drawn = random.next()
    const at = ends.findIndex((end) => drawn < end)
    return at === -1 ? count - 1 : at
  }
}

/** The same items in a drawn order. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((left, right) => left.at - right.at)
    .map(({ item }) => item)
}
