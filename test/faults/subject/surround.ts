// Handlers with a witness: each effect leaves a row in its own transaction, and a record that is
// marked for it is slow, throws or ends the process first.
import type { DomainEvent, TopicPartition } from 'sosik'
import type { Delivery } from 'sosik/catalogue'
import type { Database, Transaction } from 'sosik/postgres'
import type { Hearing } from '@sosik/services/service.ts'
import { markOf } from './marks.ts'
import { misbehave } from './misbehave.ts'

/** Since when this process owns a partition for a group, in µs. */
export type Ownerships = Map<string, number>

export const ownershipKey = (group: string, { topic, partition }: TopicPartition): string =>
  `${group} ${topic}/${partition}`

export interface SurroundParts {
  readonly instance: string
  readonly ownerships: Ownerships
  readonly database: Database
}

export function surroundHandlers(hearing: Hearing, parts: SurroundParts): Hearing {
  const { group, handlers } = hearing
  const surrounded = Object.entries(handlers).map(([type, handler]) => {
    const witnessed = async (event: DomainEvent, context: { tx: Transaction } & Delivery) => {
      const ownership = parts.ownerships.get(ownershipKey(group.name, event.position)) ?? 0
      const mark = markOf(event.data)
      if (mark?.group === group.name) await misbehave(mark, event, context, parts.database)
      const following = await handler?.(event, context)
      await noteEffect(context.tx, [
        group.name,
        event.position.topic,
        event.position.partition,
        Number(event.position.offset),
        event.key,
        event.id,
        parts.instance,
        ownership,
        context.redrives,
      ])
      return following
    }
    return [type, witnessed]
  })
  return { group, handlers: Object.fromEntries(surrounded) }
}

async function noteEffect(tx: Transaction, values: readonly unknown[]): Promise<void> {
  await tx.query(
    `insert into fault_effect (consumer_group, topic, partition, record_offset, key, event_id,
       instance, ownership, redrives)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    values,
  )
}
