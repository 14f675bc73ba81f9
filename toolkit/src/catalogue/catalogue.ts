// The catalogue: every topic, event and group of a system, gathered and checked once.
import { CatalogueError } from '../errors.ts'
import type { AnyEvent } from './event.ts'
import type { ConsumerGroup } from './group.ts'
import type { Topic } from './topic.ts'

export interface Catalogue<Event extends AnyEvent = AnyEvent> {
  readonly topics: readonly Topic[]
  readonly events: readonly Event[]
  readonly groups: readonly ConsumerGroup[]
  /** The event of that name, whatever its topic. */
  event(name: string): Event | undefined
  /** The events of one topic, in the order of their declaration. */
  eventsOn(topicName: string): readonly Event[]
}

type Member<Module> = Module extends object ? Module[keyof Module] : never
type EventIn<Value> = Value extends { kind: 'event' } ? Extract<Value, AnyEvent> : never

type Declared = Topic | AnyEvent | ConsumerGroup

/**
 * Gathers what the modules export: `catalogue(user, friend)` with `import * as user`. Everything
 * that is no topic, event or group is passed over. Throws `CatalogueError` on a contradiction.
 */
export function catalogue<const Modules extends readonly object[]>(
  ...modules: Modules
): Catalogue<EventIn<Member<Modules[number]>>> {
  type Event = EventIn<Member<Modules[number]>>
  const declared = modules.flatMap((module) => Object.values(module)).filter(isDeclared)
  const topics = declared.filter((one) => one.kind === 'topic')
  const groups = declared.filter((one) => one.kind === 'group')
  const events = declared.filter((one): one is Event => one.kind === 'event')
  checkNames(topics, 'topic')
  checkNames(events, 'event')
  checkNames(groups, 'group')
  const known = new Set<string>(topics.map((one) => one.name))
  for (const one of events) checkKnown(known, one.topic.name, `event ${one.name}`)
  for (const group of groups)
    for (const one of group.topics) checkKnown(known, one.name, `group ${group.name}`)
  const byName = new Map(events.map((one) => [one.name, one]))
  const byTopic = Map.groupBy(events, (one) => one.topic.name)
  return {
    topics,
    events,
    groups,
    event: (name) => byName.get(name),
    eventsOn: (topicName) => byTopic.get(topicName) ?? [],
  }
}

function isDeclared(value: unknown): value is Declared {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    (value.kind === 'topic' || value.kind === 'event' || value.kind === 'group')
  )
}

function checkNames(declared: readonly { readonly name: string }[], what: string): void {
  const seen = new Set<string>()
  for (const { name } of declared) {
    if (seen.has(name)) throw new CatalogueError(`Two ${what}s are named ${name}.`)
    seen.add(name)
  }
}

function checkKnown(known: ReadonlySet<string>, name: string, who: string): void {
  if (!known.has(name)) throw new CatalogueError(`The topic ${name} of ${who} is not declared.`)
}
