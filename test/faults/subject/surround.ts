// Handlers with a witness: each effect leaves a row in its own transaction, and a record that is
// marked for it is slow, throws or ends the process first.
import type { DomainEvent, TopicPartition } from 'sosik'
import type { Delivery } from 'sosik/catalogue'
import { type Database, gatherUntilCommit, type Transaction } from 'sosik/postgres'
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
      noteEffects(context.tx, [
        {
          consumer_group: group.name,
          topic: event.position.topic,
          partition: event.position.partition,
          record_offset: Number(event.position.offset),
          key: event.key,
          event_id: event.id,
          instance: parts.instance,
          ownership,
          redrives: context.redrives,
        },
      ])
      return following
    }
    return [type, witnessed]
  })
  return { group, handlers: Object.fromEntries(surrounded) }
}

/** Of a transaction that events share all at its end, in the order of the effects. */
const noteEffects = gatherUntilCommit<object>(async (tx, effects) => {
  await tx.query(
    `insert into fault_effect (consumer_group, topic, partition, record_offset, key, event_id,
       instance, ownership, redrives)
     select consumer_group, topic, partition, record_offset, key, event_id, instance, ownership,
       redrives
     from jsonb_to_recordset($1) as effect (consumer_group text, topic text, partition int,
       record_offset bigint, key text, event_id text, instance text, ownership bigint,
       redrives int)`,
    [JSON.stringify(effects)],
  )
})
