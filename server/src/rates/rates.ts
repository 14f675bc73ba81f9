// The rule of a rate: a debt that every call raises and time pays off; a call must fit under it.
import type { Rate } from '@sosik/contract/rates'

/** One count: under which key, and by which rate. */
export interface Ask {
  readonly key: string
  readonly rate: Pick<Rate, 'calls' | 'periodMs'>
}

export interface Answer {
  /** Whether every one of the asks has room; if not, none of them was raised. */
  readonly fits: boolean
  /** How long each count takes until it is paid off; milliseconds, in the order of the asks. */
  readonly debtsMs: readonly number[]
}

export interface Rates {
  /** Raises all counts by one, or none of them. */
  take(asks: readonly Ask[]): Promise<Answer>
  /** The same without raising any. */
  look(asks: readonly Ask[]): Promise<Answer>
  /** As if nothing had ever been counted under these keys. */
  forget(keys: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** What one call costs: whole milliseconds, so that every store counts alike. */
export const costMs = ({ calls, periodMs }: Ask['rate']): number =>
  Math.max(1, Math.round(periodMs / calls))

/** No call is let in that would raise a debt over this. */
export const debtMsMax = (rate: Ask['rate']): number => costMs(rate) * rate.calls

export const hasRoom = (debtMs: number, rate: Ask['rate']): boolean =>
  debtMs + costMs(rate) <= debtMsMax(rate)

/** How many calls fit right now. */
export const callsLeft = (debtMs: number, rate: Ask['rate']): number =>
  Math.max(0, Math.floor((debtMsMax(rate) - debtMs) / costMs(rate)))

/** How long until one fits; nought when it does. */
export const waitMs = (debtMs: number, rate: Ask['rate']): number =>
  Math.max(0, debtMs + costMs(rate) - debtMsMax(rate))
