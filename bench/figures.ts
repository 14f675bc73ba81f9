// What benches make of their measurements.

/** Of at least one number. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((left, right) => left - right)
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * share))
  const found = sorted[at]
  if (found === undefined) throw new Error('there was nothing to measure')
  return found
}

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5)
