// Kafka and its consumers in the law's world: events wait by group and key, and any may be next.
import { messenger } from '@sosik/contract/catalogue'
import type { Service } from '@sosik/services/service.ts'
import { decode, encode } from 'sosik'
import type { NewEvent } from 'sosik/catalogue'
import type { Database, Transaction } from 'sosik/postgres'
import { deliveryOf } from 'sosik/testing'
import { uuidv7 } from 'uuidv7'
import { type Random, shuffled } from '../faults/random.ts'

export interface Ears {
  /** As the outbox does: after the commit, or not at all. Throws for what does not fit. */
  announce(tx: Transaction, events: readonly NewEvent[]): void
  /**
   * Lets one group handle events of several keys in one transaction; any that is the first of its
   * key may be among them. False when none waits.
   */
  hearSome(random: Random): Promise<boolean>
  /** Who hears; known when the services are wired. */
  listen(services: readonly Service[]): void
  forget(): void
}

type Handling = (tx: Transaction) => Promise<void>

/** What waits of one key, for one group. */
interface Lane {
  readonly group: string
  readonly waiting: Handling[]
}

const TOGETHER_MAX = 4
/** Groups whose effects no list of a person shows. */
const LEFT_OUT = /analytics|search/

export function lawEars(database: Database, nowMs: () => number): Ears {
  const lanes = new Map<string, Lane>()
  let hearings: Service['hears'] = []

  function announce(tx: Transaction, events: readonly NewEvent[]): void {
    for (const one of events) {
      const event = asRead(one, nowMs())
      tx.afterCommit(() => publish(event))
    }
  }

  function publish(event: ReturnType<typeof asRead>): void {
    for (const { group, handlers } of hearings) {
      const handler = handlers[event.type]
      if (handler === undefined) continue
      const name = `${group.name} ${event.position.topic} ${event.key}`
      const lane = lanes.get(name) ?? { group: group.name, waiting: [] }
      lanes.set(name, lane)
      lane.waiting.push(async (tx) => {
        const context = { tx, ...deliveryOf() }
        announce(tx, (await handler(event, context)) ?? [])
      })
    }
  }

  /** The first of each of these lanes, and no lane is left empty. */
  function take(names: readonly string[]): Handling[] {
    return names.flatMap((name) => {
      const waiting = lanes.get(name)?.waiting ?? []
      const first = waiting.splice(0, 1)
      if (waiting.length === 0) lanes.delete(name)
      return first
    })
  }

  return {
    announce,
    async hearSome(random) {
      const [first, ...others] = shuffled([...lanes], random)
      if (first === undefined) return false
      const [name, { group }] = first
      const beside = others.filter(([, lane]) => lane.group === group).map(([other]) => other)
      const handlings = take([name, ...beside.slice(0, random.below(TOGETHER_MAX))])
      await database.transaction(async (tx) => {
        for (const handle of handlings) await handle(tx)
      })
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

/** The event as a consumer reads it from the log. */
function asRead(event: NewEvent, timestampMs: number) {
  const record = encode(event, { id: uuidv7(), time: new Date(timestampMs).toISOString() })
  const decoded = decode(messenger, { ...record, partition: 0, offset: 0n, timestampMs })
  if (!decoded.known) throw new Error(`The catalogue does not know ${decoded.type}.`)
  return decoded.event
}
