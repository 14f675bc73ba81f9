// Randomness that a seed decides: the same seed gives the same numbers on every machine.

export interface Random {
  /** In [0, 1), as `Math.random` gives. */
  next(): number
  /** A whole number in [0, below). */
  below(below: number): number
  /** A whole number in [min, max]. */
  between(min: number, max: number): number
  chance(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** Another source that the first one's later use does not change. */
  fork(): Random
}

const WARM_UP_ROUNDS = 12

/** The generator sfc32 (PractRand), seeded with any safe integer. */
export function seededRandom(seed: number): Random {
  const next = sfc32(seed)
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    next,
    below,
    between: (min, max) => min + below(max - min + 1),
    // Drawn also where it cannot matter, so that a probability changes nothing else of a run.
    chance: (probability) => next() < probability,
    pick<Item>(items: readonly Item[]): Item {
      if (items.length === 0) throw new RangeError('nothing to pick from')
      return items[below(items.length)] as Item
    },
    fork: () => seededRandom(below(2 ** 32)),
  }
}

function sfc32(seed: number): () => number {
  let a = 0x9e3779b9 ^ Math.floor(seed / 2 ** 32)
  let b = seed | 0
  let c = 0x243f6a88
  let counter = 1
  function step(): number {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) step()
  return step
}
