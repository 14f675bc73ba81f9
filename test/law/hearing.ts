// Kafka and its consumers in the law's world: events wait by group and key, and any may be next.
import type { NewEvent } from 'sosik/catalogue'
import type { Database, Transaction } from 'sosik/postgres'
import { deliveryOf } from 'sosik/testing'
import type { Service } from '@sosik/services/service.ts'
import { uuidv7 } from 'uuidv7'
import { encode } from 'sosik'
import type { Random } from '../faults/random.ts'

export interface Ears {
  /** As the outbox does: after the commit, or not at all. */
  announce(tx: Transaction, events: readonly NewEvent[]): void
  /** Lets one group handle one event, any that is first of its key; false when none waits. */
  hearOne(random: Random): Promise<boolean>
  /** Who hears; known when the services are wired. */
  listen(services: readonly Service[]): void
  forget(): void
}

type Handling = () => Promise<void>

/** Groups whose effects no list of a person shows. */
const LEFT_OUT = /analytics|search/

export function lawEars(database: Database, nowMs: () => number): Ears {
  const lanes = new Map<string, Handling[]>()
  let hearings: Service['hears'] = []

  function publish(event: NewEvent): void {
    const { name, key, topic } = event.definition
    const id = uuidv7()
    const time = new Date(nowMs()).toISOString()
    encode(event, { id, time })
    const data = structuredClone(event.data) as Record<string, unknown>
    const position = { topic: topic.name, partition: 0, offset: 0n }
    for (const { group, handlers } of hearings) {
      const handler = handlers[name]
      if (handler === undefined) continue
      const lane = `${group.name} ${topic.name} ${String(data[key])}`
      const handle = () =>
        database.transaction(async (tx) => {
          const heard = { type: name, id, time, key: String(data[key]), position, data }
          const context = { tx, ...deliveryOf() }
          announce(tx, (await handler(heard, context)) ?? [])
        })
      lanes.set(lane, [...(lanes.get(lane) ?? []), handle])
    }
  }

  function announce(tx: Transaction, events: readonly NewEvent[]): void {
    for (const event of events) tx.afterCommit(() => publish(event))
  }

  return {
    announce,
    async hearOne(random) {
      if (lanes.size === 0) return false
      const lane = random.pick([...lanes.keys()])
      const [handle, ...later] = lanes.get(lane) ?? []
      if (later.length > 0) lanes.set(lane, later)
      else lanes.delete(lane)
      await handle?.()
      return true
    },
    listen(services) {
      hearings = services
        .flatMap((service) => service.hears)
        .filter(({ group }) => !LEFT_OUT.test(group.name))
    },
    forget: () => lanes.clear(),
  }
}
