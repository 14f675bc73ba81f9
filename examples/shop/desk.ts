// The desk: commands that write state and event in one transaction, and what it hears back.
import { randomUUID } from 'node:crypto'
import type { Outbox } from 'sosik'
import type { Database } from 'sosik/postgres'
import { handlersOf } from './handlers.ts'
import { desk, OrderCancelled, OrderPlaced } from './catalogue.ts'

export function openDesk(database: Database, outbox: Outbox) {
  return {
    /** Answers the order's id. */
    placeOrder(customer: string, product: string, quantity: number): Promise<string> {
      const order_id = randomUUID()
      return database.transaction(async (tx) => {
        await tx.query("insert into customer_order values ($1, $2, 'placed')", [order_id, customer])
        await outbox.add(tx, [OrderPlaced.of({ customer, order_id, product, quantity })])
        return order_id
      })
    },

    cancelOrder(customer: string, order_id: string): Promise<void> {
      return database.transaction(async (tx) => {
        await tx.query("update customer_order set status = 'cancelled' where order_id = $1", [
          order_id,
        ])
        await outbox.add(tx, [OrderCancelled.of({ customer, order_id })])
      })
    },
  }
}

export const deskHandlers = handlersOf(desk, {
  async StockReserved({ data }, { tx }) {
    await tx.query(
      "update customer_order set status = 'reserved' where order_id = $1 and status = 'placed'",
      [data.order_id],
    )
  },
})
