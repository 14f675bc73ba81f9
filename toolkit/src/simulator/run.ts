// One seed of a scenario: events, groups that hear them, and the oracle's word at the end.
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { NewEvent } from '../catalogue/event.ts'
import { textOf } from '../envelope/text.ts'
import type { OutboxRow } from '../outbox/store.ts'
import { type SimulatedGroup, startConsumer, type Substitutes } from './consumer-role.ts'
import { hearNews } from './news.ts'
import { createOperator } from './operator.ts'
import { Oracle } from './oracle.ts'
import { play, type RunResult } from './play.ts'
import type { Random } from './random.ts'
import { type Source, startSource } from './source-role.ts'
import type { World } from './world.ts'

export interface Scenario {
  readonly catalogue: Catalogue
  readonly groups: readonly SimulatedGroup[]
  /** What happens, in this order; drawn from the seed. */
  readonly events: (random: Random) => readonly NewEvent[]
  /** How long things go wrong; as the seed has it unless given. */
  readonly chaosMs?: number
  /** Throws when the state at the end is not as it must be. */
  readonly invariant?: (end: End) => void
  readonly substitutes?: Substitutes
}

export interface SimulatedEvent {
  readonly id: string
  readonly type: string
  readonly key: string
  readonly data: object
}

/** What a run has left, when all faults are over and all work is done. */
export interface End {
  /** What was accepted, from commands and from handlers, in the order of the commits. */
  readonly events: readonly SimulatedEvent[]
  /** The committed rows of a handler's table, by key. */
  rows<Row>(table: string): ReadonlyMap<string, Row>
  /** Ids of the events that the group has applied, in the order of their commits. */
  applied(group: string): readonly string[]
  /** Ids of the events that no redrive could help and the operator gave up. */
  discarded(group: string): readonly string[]
}

const INSTANCES = 2
const LOOK_AGAIN_MS = 300

/** Without its history it is faster. */
export async function runSeed(
  scenario: Scenario,
  seed: number,
  keepsHistory = true,
): Promise<RunResult> {
  const { catalogue, groups, chaosMs, substitutes = {} } = scenario
  const oracle = new Oracle(groups.map(watchedGroup))
  let endNews = () => {}
  const options = { topics: catalogue.topics, watcher: oracle, keepsHistory, chaosMs }
  const result = await play(seed, options, (world, deployment) => {
    oracle.watch(world)
    endNews = hearNews(world)
    const sources = new Set<Source>()
    deployment.add('source', INSTANCES, (node) => {
      const source = startSource(node, substitutes)
      node.process.onChange(() => {
        if (node.process.state === 'ended') sources.delete(source)
      })
      sources.add(source)
      return source
    })
    for (const one of groups) {
      const { group, instances = INSTANCES } = one
      deployment.add(group.name, instances, (node) =>
        startConsumer(world, node, catalogue, one, substitutes),
      )
    }
    const isCommanded = command(scenario.events(world.random.fork()), world, sources)
    const operator = createOperator(
      world,
      groups.map(({ group }) => group),
    )
    operator.meddle(world.chaosMs)
    return {
      isDone() {
        if (!isCommanded()) return false
        operator.tidyUp()
        return oracle.hasEnded
      },
      check() {
        oracle.ended()
        scenario.invariant?.(endOf(world, oracle))
      },
    }
  })
  endNews()
  return result
}

/** One command after the other; some of them are not accepted. Answers whether all were given. */
function command(
  events: readonly NewEvent[],
  world: World,
  sources: ReadonlySet<Source>,
): () => boolean {
  const { scheduler } = world
  const random = world.random.fork()
  let toCome = events.length
  const give = (event: NewEvent) => {
    if (sources.size === 0) return scheduler.after(LOOK_AGAIN_MS, () => give(event))
    toCome -= 1
    random
      .pick([...sources])
      .command(event)
      .catch((error: unknown) => world.history.tell('world', `a command fails: ${String(error)}`))
  }
  let atMs = 0
  for (const event of events) {
    atMs += random.below((2 * world.chaosMs) / events.length)
    scheduler.after(atMs, () => give(event))
  }
  return () => toCome === 0
}

function watchedGroup({ group, handlers }: SimulatedGroup) {
  return {
    name: group.name,
    topics: group.topics.map((topic) => topic.name),
    types: new Set(Object.keys(handlers)),
    parks: group.afterDeadLetter === 'park',
  }
}

function endOf(world: World, oracle: Oracle): End {
  const events = [...oracle.published.accepted.values()].map(simulatedEvent)
  return {
    events,
    rows: <Row>(table: string) => world.database.table(table) as ReadonlyMap<string, Row>,
    applied: (group) => [...(oracle.groups.get(group)?.applied ?? [])],
    discarded: (group) => [...(oracle.groups.get(group)?.discarded ?? [])],
  }
}

function simulatedEvent({ eventId: id, eventType: type, key, value }: OutboxRow): SimulatedEvent {
  return { id, type, key: textOf(key), data: JSON.parse(textOf(value)) as object }
}
