// The last mile in virtual time: two gateways, a writer, and readers whose lines must be whole.
import { liveService } from '@sosik/services/live/index.ts'
import { type Deployment, type Node, play, type RunResult, type World } from 'sosik/testing'
import { Bell } from './bell.ts'
import { type Door, doorway, type OpenGateway } from './gateways.ts'
import { Reader } from './reader.ts'
import { HEADS, liveStatements } from './statements.ts'

export const LIVE_STATES = [
  'a bell was lost',
  'a bell rang twice',
  'a stream resumed',
  'a stream could not be opened',
  'the cache had all',
  'the cache lacked some',
  'a read of the line failed',
] as const

/** A gateway and what delivers to it, as the service has them. */
export interface LivePart {
  readonly gateway: Door & { start(): void; stop(): Promise<void> }
  readonly delivery: ReturnType<typeof liveService>['delivery']
}

export type OpenLive = (world: World, node: Node, bell: Bell) => LivePart

const USERS = [1, 2]
const READERS = 3
const NEWS_MIN = 10
const NEWS_MAX = 30
const HEARTBEAT_MS = 1_000
const LEAVINGS_MAX = 3

/** The product's own. */
export const openLive: OpenLive = (world, node, bell) =>
  liveService({
    database: node.database,
    clock: node.clock,
    fanout: bell.of(node),
    heartbeatMs: HEARTBEAT_MS,
    livingSessions: async (_sql, ids) => new Set(ids),
    largeRooms: async () => [],
    readersAmong: async () => [],
    random: () => node.process.random.next(),
    onError(error) {
      node.tell(`trouble: ${error.message}`)
      world.reach('a read of the line failed')
    },
  })

export function runLiveSeed(
  seed: number,
  keepsHistory = true,
  open: OpenLive = openLive,
): Promise<RunResult> {
  const options = { topics: [], statementOf: liveStatements, keepsHistory }
  return play(seed, options, (world, deployment) => {
    const bell = new Bell(world)
    const gateways = new Map<Node, OpenGateway>()
    deployment.add('gateway', 2, (node) => {
      const { gateway } = open(world, node, bell)
      gateway.start()
      gateways.set(node, doorway(world, node, gateway))
      return {
        stop() {
          gateways.delete(node)
          return gateway.stop()
        },
      }
    })
    const isWritten = writeNews(world, deployment, bell, open)
    const running = () =>
      [...gateways].filter(([{ process }]) => process.state !== 'ended').map(([, door]) => door)
    const readers = Array.from({ length: READERS }, (_, at) => {
      return new Reader(world, USERS[at % USERS.length] ?? 1, running)
    })
    for (const reader of readers) come(world, reader)
    const headOf = (userId: number) =>
      (world.database.table(HEADS).get(String(userId)) as number | undefined) ?? 0
    return {
      isDone: () => isWritten() && readers.every(({ userId, last }) => last === headOf(userId)),
      leave() {
        for (const reader of readers) reader.close()
      },
      check() {
        for (const { userId, last } of readers) {
          if (last !== headOf(userId)) {
            world.violated(`user ${userId} knows ${last} of ${headOf(userId)}`)
          }
        }
      },
    }
  })
}

/** Answers whether all news has been tried. */
function writeNews(
  world: World,
  deployment: Deployment,
  bell: Bell,
  open: OpenLive,
): () => boolean {
  const { random, scheduler } = world
  const writers = new Map<Node, LivePart>()
  deployment.add('writer', 2, (node) => {
    writers.set(node, open(world, node, bell))
    return { stop: () => Promise.resolve() }
  })
  let toCome = random.between(NEWS_MIN, NEWS_MAX)
  for (let at = 0; at < toCome; at += 1) {
    scheduler.after(random.below(world.chaosMs), () => {
      toCome -= 1
      const running = [...writers].filter(([{ process }]) => process.state === 'running')
      if (running.length === 0) return
      const [node, { delivery }] = random.pick(running)
      const userIds = USERS.filter(() => random.chance(0.7))
      const letters = userIds.map((userId) => ({ userId, type: 'news', title: '', data: {} }))
      node.tell(`tells ${userIds.join()}`)
      void node.database
        .transaction(async (tx) => delivery.deliver(tx, letters))
        .catch((error: unknown) => node.tell(`could not tell: ${String(error)}`))
    })
  }
  return () => toCome === 0
}

function come(world: World, reader: Reader): void {
  const { random, scheduler } = world
  scheduler.after(random.below(world.chaosMs / 2), () => reader.connect())
  const leavings = random.below(LEAVINGS_MAX + 1)
  for (let at = 0; at < leavings; at += 1) {
    scheduler.after(random.below(world.chaosMs), () => reader.disconnect())
  }
}
