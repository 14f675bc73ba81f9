// Each group's effects of a key come in the order in which its events were committed.
import type { History } from '../records/history.ts'
import type { EventRow } from '../records/truth.ts'
import { type Chain, chained } from './chain.ts'
import type { Check } from './check.ts'
import { effectKey, hearsOf } from './effects.ts'

export const effectOrder: Check = {
  name: 'effect order',
  failsWhen: "a group's effects of a key are out of order, or its hash chain ends elsewhere",
  run(history) {
    const { effects, events } = history.truth
    const known = new Map(events.map((row) => [row.eventId, row]))
    const last = new Map<string, number>()
    const chains = new Map<string, Chain>()
    const violations: string[] = []
    for (const { group, eventId } of effects) {
      const event = known.get(eventId)
      // What is in no outbox has no order but its topic's.
      if (event === undefined) continue
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

/** The writer's chains, by group and key: what a group hears, but for what is a dead letter. */
function writtenChains(history: History): Map<string, Chain> {
  const { events, effects, deadLetters } = history.truth
  const dead = new Set(deadLetters.map(({ group, eventId }) => effectKey(group, eventId)))
  const had = new Set(effects.map(({ group, eventId }) => effectKey(group, eventId)))
  const chains = new Map<string, Chain>()
  for (const [group, types] of Object.entries(hearsOf(history))) {
    for (const event of events) {
      const name = effectKey(group, event.eventId)
      if (!types.includes(event.type) || (dead.has(name) && !had.has(name))) continue
      const key = keyOf(group, event)
      chains.set(key, chained(chains.get(key), event.eventId, event.hash))
    }
  }
  return chains
}
