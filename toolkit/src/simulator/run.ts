// One seed of a scenario: events, groups that hear them, and the oracle's word at the end.
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { NewEvent } from '../catalogue/event.ts'
import { diagnostics } from '../diagnostics.ts'
import { textOf } from '../envelope/text.ts'
import { operateOutbox } from '../outbox/operate.ts'
import type { OutboxRow } from '../outbox/store.ts'
import { type SimulatedGroup, startConsumer, type Substitutes } from './consumer-role.ts'
import { Oracle } from './oracle.ts'
import { CHAOS_MS, play, type RunResult } from './play.ts'
import type { Random } from './random.ts'
import { type Source, startSource } from './source-role.ts'
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
  /** What was accepted, from commands and from handlers, in the order of the commits. */
  readonly events: readonly SimulatedEvent[]
  /** The committed rows of a handler's table, by key. */
  rows<Row>(table: string): ReadonlyMap<string, Row>
  /** Ids of the events that the group has applied, in the order of their commits. */
  applied(group: string): readonly string[]
  /** Ids of the events of which the group has a dead letter. */
  deadLettered(group: string): readonly string[]
}

const INSTANCES = 2
const LOOK_AGAIN_MS = 300
const HELD_MAX = 100

export async function runSeed(scenario: Scenario, seed: number): Promise<RunResult> {
  const { catalogue, groups, substitutes = {} } = scenario
  const oracle = new Oracle(groups.map(watchedGroup))
  let endNews = () => {}
  const options = { topics: catalogue.topics, watcher: oracle }
  const result = await play(seed, options, (world, deployment) => {
    oracle.world = world
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
    const operator = operate(world)
    return {
      isDone() {
        if (!isCommanded()) return false
        operator()
        return oracle.published.isComplete && oracle.unfinished().length === 0
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
    atMs += random.below((2 * CHAOS_MS) / events.length)
    scheduler.after(atMs, () => give(event))
  }
  return () => toCome === 0
}

/** Once all is healed: lets go what waits for a person. */
function operate(world: World): () => void {
  const { store } = world.outbox
  const outbox = operateOutbox({ store, clock: world.clock, newId: () => world.newId() })
  async function release(): Promise<void> {
    for (const held of await outbox.held({ isParked: true }, HELD_MAX)) {
      world.faults.mend(held.eventId)
      await outbox.release({ rowId: held.rowId }, 'the simulator')
    }
  }
  return () => void release()
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
    diagnostics.trouble.on(({ part, error }) => {
      history.tell(part, `trouble: ${error.message}`)
      if (codeOf(error) === 'SOSIK_STALE_LEASE') world.reach('a relay had lost its lease')
    }),
    diagnostics.publishRefused.on(({ eventId, attempt, isLast, error }) => {
      history.tell('relay', `${eventId} is refused, attempt ${attempt}: ${error.message}`)
      world.reach('an event was refused by the log')
      if (isLast) world.reach('a key of the outbox was parked')
    }),
    diagnostics.breaker.on(({ group, state, cause, failedProbes }) => {
      history.tell(group, `breaker ${state}, ${cause}, ${failedProbes} probes failed`)
      if (state === 'opened') world.reach(`a breaker opened by ${cause ?? 'nothing'}`)
      if (state === 'probed') world.reach('a breaker probed')
      if (state === 'closed') world.reach('a breaker closed again')
    }),
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

function endOf(world: World, oracle: Oracle): End {
  const events = [...oracle.published.accepted.values()].map(simulatedEvent)
  return {
    events,
    rows: <Row>(table: string) => world.database.table(table) as ReadonlyMap<string, Row>,
    applied: (group) => (oracle.applied.get(group) ?? []).map((one) => one.eventId),
    deadLettered: (group) => oracle.deadLettered(group),
  }
}

function simulatedEvent({ eventId: id, eventType: type, key, value }: OutboxRow): SimulatedEvent {
  return { id, type, key: textOf(key), data: JSON.parse(textOf(value)) as object }
}
