// The warehouse: hears orders, reserves what it has, and says so.
import { DomainError } from 'sosik'
import type { Sql } from 'sosik/postgres'
import { StockReserved, warehouse } from './catalogue.ts'
import { handlersOf } from './handlers.ts'

export const warehouseHandlers = handlersOf(warehouse, {
  async OrderPlaced({ data }, { tx }) {
    const { customer, order_id, product, quantity } = data
    const taken = await tx.query(
      'update product set available = available - $2 where name = $1 returning 1',
      [product, quantity],
    )
    if (taken.length === 0) throw new DomainError(`There is no product ${product}.`)
    await tx.query('insert into reservation values ($1, $2, $3)', [order_id, product, quantity])
    return [StockReserved.of({ customer, order_id })]
  },

  async OrderCancelled({ data }, { tx }) {
    await tx.query(
      `with freed as (delete from reservation where order_id = $1 returning product, quantity)
       update product set available = available + freed.quantity
       from freed where product.name = freed.product`,
      [data.order_id],
    )
  },
})

/** What the warehouse is told by hand: a new product, and how many it has of it. */
export async function listProduct(sql: Sql, name: string, available: number): Promise<void> {
  await sql.query('insert into product values ($1, $2)', [name, available])
}
