// Numbers as options: what is none is refused when the command is read.
import { InvalidArgumentError } from 'commander'

/** A whole number from 1 on. */
export function countIn(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new InvalidArgumentError('It is a whole number from 1 on.')
}

/** Above zero; parts of one are allowed. */
export function rateIn(text: string): number {
  const rate = Number(text)
  if (Number.isFinite(rate) && rate > 0) return rate
  throw new InvalidArgumentError('It is a number above 0.')
}
