// Each group's effects of a key come in the order in which its events were committed.
import { messenger } from '@sosik/contract/catalogue'
import type { History } from '../records/history.ts'
import type { EventRow } from '../records/truth.ts'
import { type Chain, chained } from './chain.ts'
import type { Check } from './check.ts'
import { discardedIn, effectKey, hearsOf } from './effects.ts'

/** Groups that go on after a dead letter: what they redrive comes late, and says so. */
const GOING_ON = new Set<string>(
  messenger.groups.filter((one) => one.afterDeadLetter === 'continue').map((one) => one.name),
)

export const effectOrder: Check = {
  name: 'effect order',
  failsWhen: "a group's effects of a key are out of order, or its hash chain ends elsewhere",
  run(history) {
    const { effects, events } = history.truth
    const known = new Map(events.map((row) => [row.eventId, row]))
    const last = new Map<string, number>()
    const chains = new Map<string, Chain>()
    const violations: string[] = []
    for (const { group, eventId, redrives } of effects) {
      const event = known.get(eventId)
      // What is in no outbox has no order but its topic's.
      if (event === undefined || (redrives > 0 && GOING_ON.has(group))) continue
      const key = keyOf(group, event)
      const before = last.get(key) ?? 0
      if (event.id < before) violations.push(`${key}: ${eventId} after a later one of the key`)
      last.set(key, Math.max(before, event.id))
      chains.set(key, chained(chains.get(key), eventId, event.hash))
    }
    for (const [key, chain] of writtenChains(history)) {
      if (chains.get(key)?.head === chain.head) continue
      const length = chains.get(key)?.length ?? 0
      violations.push(
        `${key}: the chain of ${length} effects is not that of ${chain.length} events`,
      )
    }
    return { looked: effects.length + chains.size, violations }
  },
}

const keyOf = (group: string, event: EventRow) => `${group} ${event.topic}/${event.key}`

/** The writer's chains, by group and key: what a group hears, and handles in its place. */
function writtenChains(history: History): Map<string, Chain> {
  const { events, effects } = history.truth
  const left = new Set(discardedIn(history))
  for (const { group, eventId, redrives } of effects) {
    if (redrives > 0 && GOING_ON.has(group)) left.add(effectKey(group, eventId))
  }
  const chains = new Map<string, Chain>()
  for (const [group, types] of Object.entries(hearsOf(history))) {
    for (const event of events) {
      if (!types.includes(event.type) || left.has(effectKey(group, event.eventId))) continue
      const key = keyOf(group, event)
      chains.set(key, chained(chains.get(key), event.eventId, event.hash))
    }
  }
  return chains
}
