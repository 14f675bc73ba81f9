// Nothing is swallowed: what a member read, and how each record ended, add up.
import { AccountError } from '../errors.ts'

/** How a record can end. */
export type Outcome = 'handled' | 'skipped' | 'deadLettered' | 'parked'

/** Counts since the member started; `open` is what is in hand now. */
export interface Account extends Readonly<Record<Outcome, number>> {
  /** Taken from the log; records that an earlier member had done already are not counted. */
  readonly read: number
  /** Given up unfinished when their partition moved: its next owner reads them again. */
  readonly givenUp: number
  readonly open: number
}

/** What is wrong after a stop: a record whose end nobody knows is a fault of the toolkit. */
export function accountError(account: Account): AccountError | undefined {
  if (account.open === 0) return undefined
  const { open, ...counts } = account
  return new AccountError(`${open} of them have no end: ${JSON.stringify(counts)}.`)
}

export class Ledger {
  readonly #counts = { read: 0, handled: 0, skipped: 0, deadLettered: 0, parked: 0, givenUp: 0 }

  read(): void {
    this.#counts.read += 1
  }

  ended(outcome: Outcome): void {
    this.#counts[outcome] += 1
  }

  givenUp(records: number): void {
    this.#counts.givenUp += records
  }

  get account(): Account {
    const { read, handled, skipped, deadLettered, parked, givenUp } = this.#counts
    const ended = handled + skipped + deadLettered + parked + givenUp
    return { ...this.#counts, open: read - ended }
  }
}
