// How long to wait before the next attempt: doubling, bounded, with jitter.

export interface Backoff {
  readonly delayMsMin: number
  readonly delayMsMax: number
}

/** The wait before attempt `failures + 1`; `random` is in [0, 1) and spreads it over ±25 %. */
export function backoffMs(backoff: Backoff, failures: number, random: () => number): number {
  const doubled = backoff.delayMsMin * 2 ** (failures - 1)
  return Math.min(doubled, backoff.delayMsMax) * (0.75 + random() / 2)
}
