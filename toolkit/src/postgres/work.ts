// A transaction as its work sees it: open until the work ends or is given up, and no longer.
import { ClosedError } from '../errors.ts'
import type { Sql, Transaction } from './sql.ts'

export interface Worked<Result> {
  readonly result: Result
  /** Calls what the work left for after the commit. */
  tell(): void
}

/**
 * Runs `work` on an open transaction. What it queries after it has resolved or rejected is refused,
 * so that a late answer can neither join another's transaction nor run outside of any.
 */
export async function runWork<Result>(
  query: Sql['query'],
  work: (tx: Transaction) => Promise<Result>,
): Promise<Worked<Result>> {
  const calls: (() => void)[] = []
  let isOver = false
  let hasFailed = false
  const whole: OpenTransaction = {
    async query<Row>(text: string, values?: readonly unknown[]) {
      if (isOver) throw new ClosedError('a transaction')
      try {
        return await query<Row>(text, values)
      } catch (error) {
        hasFailed = true
        throw error
      }
    },
    afterCommit: (call) => calls.push(call),
  }
  try {
    const result = await runPart(whole, work)
    // Work may keep an error to itself, but not the commit: the server would answer it with a
    // rollback and no error. After a failure it is asked whether the transaction still stands.
    if (hasFailed) await query('select 1')
    return {
      result,
      tell() {
        for (const call of calls) call()
      },
    }
  } finally {
    isOver = true
  }
}

type OpenTransaction = Omit<Transaction, 'beforeCommit'>

/** A part of a transaction, and what it left for before the commit as the end of that part. */
export async function runPart<Result>(
  whole: OpenTransaction,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const calls: (() => Promise<void>)[] = []
  const result = await work({
    query: (text, values) => whole.query(text, values),
    afterCommit: (call) => whole.afterCommit(call),
    beforeCommit: (call) => calls.push(call),
  })
  for (const call of calls) await call()
  return result
}
