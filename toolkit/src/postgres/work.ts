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
  const tx: Transaction = {
    query: (text, values) =>
      isOver ? Promise.reject(new ClosedError('a transaction')) : query(text, values),
    afterCommit: (call) => calls.push(call),
  }
  try {
    const result = await work(tx)
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
