// One seed of a scenario: events, groups that hear them, and the oracle's word at the end.
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { NewEvent } from '../catalogue/event.ts'
import { diagnostics } from '../diagnostics.ts'
import { encode } from '../envelope/encode.ts'
import { textOf } from '../envelope/text.ts'
import { type SimulatedGroup, startConsumer, type Substitutes } from './consumer-role.ts'
import { Oracle } from './oracle.ts'
import { CHAOS_MS, play, type RunResult } from './play.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

export interface Scenario {
  readonly catalogue: Catalogue
  readonly groups: readonly SimulatedGroup[]
  /** What happens, in this order; drawn from the seed. */
  readonly events: (random: Random) => readonly NewEvent[]
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
  /** What was published, in this order. */
  readonly events: readonly SimulatedEvent[]
  /** The committed rows of a handler's table, by key. */
  rows<Row>(table: string): ReadonlyMap<string, Row>
  /** Ids of the events that the group has applied, in the order of their commits. */
  applied(group: string): readonly string[]
  /** Ids of the events of which the group has a dead letter. */
  deadLettered(group: string): readonly string[]
}

const INSTANCES = 2

export async function runSeed(scenario: Scenario, seed: number): Promise<RunResult> {
  const { catalogue, groups, substitutes = {} } = scenario
  const oracle = new Oracle(groups.map(watchedGroup))
  let endNews = () => {}
  const result = await play(
    seed,
    { topics: catalogue.topics, watcher: oracle },
    (world, deployment) => {
      oracle.world = world
      endNews = hearNews(world)
      for (const one of groups) {
        const { group, instances = INSTANCES } = one
        deployment.add(group.name, instances, (node) =>
          startConsumer(world, node, catalogue, one, substitutes),
        )
      }
      const drawn = scenario.events(world.random.fork())
      const published: SimulatedEvent[] = []
      publish(drawn, world, (event) => published.push(event))
      return {
        isDone: () => published.length === drawn.length && oracle.unfinished().length === 0,
        check() {
          oracle.ended()
          scenario.invariant?.(endOf(published, world, oracle))
        },
      }
    },
  )
  endNews()
  return result
}

function publish(
  events: readonly NewEvent[],
  world: World,
  done: (event: SimulatedEvent) => void,
): void {
  const random = world.random.fork()
  let atMs = 0
  for (const event of events) {
    atMs += random.below((2 * CHAOS_MS) / events.length)
    world.scheduler.after(atMs, () => {
      const time = new Date(world.scheduler.nowMs).toISOString()
      const id = world.newId()
      const { definition, data } = event
      world.history.tell('world', `${definition.name} ${id} ${JSON.stringify(data)}`)
      const record = encode(event, { id, time })
      void world.log.append([record])
      done({ id, type: definition.name, key: textOf(record.key ?? new Uint8Array()), data })
    })
  }
}

function watchedGroup({ group, handlers }: SimulatedGroup) {
  return {
    name: group.name,
    topics: group.topics.map((topic) => topic.name),
    types: new Set(Object.keys(handlers)),
    goesOn: group.afterDeadLetter === 'continue',
  }
}

/** What the parts tell of themselves; a run has its thread to itself. */
function hearNews(world: World): () => void {
  const { history } = world
  const ends = [
    diagnostics.trouble.on(({ part, error }) => history.tell(part, `trouble: ${error.message}`)),
    diagnostics.paused.on(({ group, eventId, error }) => {
      history.tell(group, `waits with ${eventId}: ${error.message}`)
      world.reach('an outage paused a record')
    }),
    diagnostics.retried.on(({ group, eventId, error }) => {
      history.tell(group, `will try ${eventId} again: ${error.message}`)
      if (codeOf(error) === 'SOSIK_HANDLER_TIMEOUT') {
        world.reach('a handler was given up at its deadline')
      }
    }),
    diagnostics.deadLettered.on(({ group, eventId, error }) => {
      history.tell(group, `dead-letters ${eventId}: ${error.message}`)
      if (codeOf(error) === 'SOSIK_CRASH_POISON') {
        world.reach('a record was dead-lettered unrun, for its crashes')
      }
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

const codeOf = (error: Error) => ('code' in error ? error.code : undefined)

function endOf(events: readonly SimulatedEvent[], world: World, oracle: Oracle): End {
  return {
    events,
    rows: <Row>(table: string) => world.database.table(table) as ReadonlyMap<string, Row>,
    applied: (group) => (oracle.applied.get(group) ?? []).map((one) => one.eventId),
    deadLettered: (group) => oracle.deadLettered(group),
  }
}
