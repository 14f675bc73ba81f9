// Faults of the brokers: killed, frozen, cut off, lossy, and all of them gone at once.
import { setTimeout as delay } from 'node:timers/promises'
import { controllerLeader } from './controller.ts'
import type { Stand } from '../stand/stand.ts'
import type { FaultKind } from './kind.ts'

const BROKERS = ['kafka-1', 'kafka-2', 'kafka-3']
const DOWN_MS_MAX = 5_000
const PAUSE_MS: readonly [number, number] = [500, 6_000]
const CUT_MS: readonly [number, number] = [2_000, 6_000]
const LOSS_MS: readonly [number, number] = [3_000, 7_000]
const LOSS_PERCENT: readonly [number, number] = [3, 12]
/** Shorter than what the controllers notice. */
const ALONE_MS = 1_200
const START_STAGGER_MS = 200

function send(stand: Stand, name: string, signal: NodeJS.Signals): void {
  const part = stand.cluster.parts.find((one) => one.name === name)
  if (part !== undefined) process.kill(part.pid, signal)
}

const portOf = (stand: Stand, name: string): number => {
  const address = stand.cluster.env.KAFKA_BROKERS.split(',')[BROKERS.indexOf(name)] ?? ''
  return Number(address.split(':')[1])
}

const CONTROLLER = 'the controller'

/** The name of a broker; the controller's leader is whoever leads when the fault begins. */
async function hit(stand: Stand, target: string): Promise<string> {
  return target === CONTROLLER ? `kafka-${await controllerLeader(stand)}` : target
}

function kill(name: string, targets: readonly string[]): FaultKind {
  return {
    name,
    area: 'brokers',
    plan: (random) => ({
      target: random.pick(targets),
      holdMs: random.below(DOWN_MS_MAX),
      parameters: {},
    }),
    async begin({ stand }, plan) {
      const target = await hit(stand, plan.target)
      send(stand, target, 'SIGKILL')
      return { target, end: () => stand.cluster.restart(target) }
    },
  }
}

function pause(name: string, targets: readonly string[]): FaultKind {
  return {
    name,
    area: 'brokers',
    plan: (random) => ({
      target: random.pick(targets),
      holdMs: random.between(...PAUSE_MS),
      parameters: {},
    }),
    async begin({ stand }, plan) {
      const target = await hit(stand, plan.target)
      send(stand, target, 'SIGSTOP')
      return { target, end: async () => send(stand, target, 'SIGCONT') }
    },
  }
}

/** One way only: what is sent to the broker's port is lost, what it sends itself arrives. */
const cutOneWay: FaultKind = {
  name: 'partition.oneway',
  area: 'brokers',
  plan: (random) => ({
    target: random.pick(BROKERS),
    holdMs: random.between(...CUT_MS),
    parameters: { direction: random.pick(['to', 'from']) },
  }),
  async begin({ stand }, { target, parameters }) {
    const direction = parameters.direction === 'from' ? 'from' : 'to'
    const heal = stand.firewall.drop({ direction, port: portOf(stand, target), probability: 1 })
    return { end: async () => heal() }
  },
}

const loss: FaultKind = {
  name: 'loss.packets',
  area: 'brokers',
  plan: (random) => ({
    target: random.pick(BROKERS),
    holdMs: random.between(...LOSS_MS),
    parameters: { percent: random.between(...LOSS_PERCENT) },
  }),
  async begin({ stand }, { target, parameters }) {
    const rule = { port: portOf(stand, target), probability: Number(parameters.percent) / 100 }
    const heals = (['to', 'from'] as const).map((direction) =>
      stand.firewall.drop({ direction, ...rule }),
    )
    return {
      async end() {
        for (const heal of heals) heal()
      },
    }
  },
}

/** What the leader has taken alone dies with it: only what others have may be acknowledged. */
const killAlone: FaultKind = {
  name: 'kill.leader',
  area: 'brokers',
  plan: (random) => ({
    target: random.pick(BROKERS),
    holdMs: random.below(DOWN_MS_MAX),
    parameters: { aloneMs: ALONE_MS },
  }),
  async begin({ stand }, { target, parameters }) {
    const others = BROKERS.filter((one) => one !== target)
    for (const other of others) send(stand, other, 'SIGSTOP')
    await delay(Number(parameters.aloneMs))
    send(stand, target, 'SIGKILL')
    for (const other of others) send(stand, other, 'SIGCONT')
    return { end: () => stand.cluster.restart(target) }
  },
}

export const KAFKA_DOWN = 'down.kafka'

const down: FaultKind = {
  name: KAFKA_DOWN,
  area: 'brokers',
  plan: () => ({ target: BROKERS.join(' '), holdMs: 60_000, parameters: {} }),
  async begin({ stand }) {
    for (const broker of BROKERS) send(stand, broker, 'SIGKILL')
    return {
      async end() {
        await Promise.all(
          BROKERS.map(async (broker, at) => {
            await delay(at * START_STAGGER_MS)
            await stand.cluster.restart(broker)
          }),
        )
      },
    }
  },
}

export const brokerFaults: readonly FaultKind[] = [
  kill('kill.broker', BROKERS),
  kill('kill.controller', [CONTROLLER]),
  pause('pause.broker', BROKERS),
  pause('pause.controller', [CONTROLLER]),
  killAlone,
  cutOneWay,
  loss,
  down,
]
