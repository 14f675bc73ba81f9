// What several calls leave for the end of one transaction, stored by one statement.
import type { Transaction } from './sql.ts'

/**
 * Calls `store` once before the commit with all that the transaction was given. The locks that it
 * takes are held for the rest of the commit only, and it can take them in one order.
 */
export function gatherUntilCommit<Item>(
  store: (tx: Transaction, items: readonly Item[]) => Promise<void>,
): (tx: Transaction, items: readonly Item[]) => void {
  const waiting = new WeakMap<Transaction, Item[]>()
  return (tx, items) => {
    const gathered = waiting.get(tx)
    if (gathered !== undefined) return void gathered.push(...items)
    const first = [...items]
    waiting.set(tx, first)
    tx.beforeCommit(() => {
      // What is given from here on, by another such call, is stored by a call of its own.
      waiting.delete(tx)
      return store(tx, first)
    })
  }
}
