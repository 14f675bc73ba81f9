// Finding an offset by time in a log whose times need not be in order.

/**
 * The first offset in [`earliest`, `next`) whose time is `timestampMs` or later, else `next`.
 * `timestampMsMaxAt` gives the highest time up to and including an offset: it never falls, so a
 * binary search finds where it first reaches the time, and that record is the one.
 */
export function firstAtOrAfter(
  timestampMs: number,
  bounds: { readonly earliest: number; readonly next: number },
  timestampMsMaxAt: (offset: number) => number,
): number {
  let { earliest: low, next: high } = bounds
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (timestampMsMaxAt(middle) < timestampMs) low = middle + 1
    else high = middle
  }
  return low
}
