// What the tests of effects share: an order as it comes, and a handler that writes it down.
import type { DomainEvent } from '../envelope/envelope.ts'
import type { Transaction } from '../postgres/sql.ts'

/** An order of that customer: one key a customer. */
export function orderOf(customer: number, note: string, id = `${customer}-${note}`): DomainEvent {
  const data = { customer_id: customer, note }
  const position = { topic: 'orders', partition: 0, offset: 0n }
  const time = '2026-01-27T10:00:00.000Z'
  return { type: 'OrderPlaced', id, time, key: String(customer), data, position }
}

/** With the transaction in which it was written. */
export const BILLS = `create table bill (
  at bigint generated always as identity, customer text not null, note text not null,
  written_in text not null default txid_current()::text)`

export interface Bill {
  readonly customer: string
  readonly note: string
  readonly written_in: string
}

export async function bill(tx: Transaction, { key, data }: DomainEvent): Promise<void> {
  await tx.query('insert into bill (customer, note) values ($1, $2)', [key, data.note])
}
