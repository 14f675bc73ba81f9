// What a handler of the shop works with: the transaction that also holds its inbox row.
import type { ConsumerGroup, Handlers } from 'sosik/catalogue'
import type { Transaction } from 'sosik/postgres'
import type { shop } from './catalogue.ts'

type ShopEvent = (typeof shop.events)[number]

/** The handlers of one group: what it does not hear has no place among them. */
export function handlersOf<Group extends ConsumerGroup>(
  _group: Group,
  handlers: Handlers<ShopEvent, Group['topics'][number]['name'], { readonly tx: Transaction }>,
) {
  return handlers
}
