// Networks that fail in every way but cleanly: what was acknowledged is there, and it all goes on.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from '@sosik/cli/cluster'
import { startCluster } from '@sosik/cli/cluster'
import type { AppendResult, Clock, EventLog } from 'sosik'
import { systemClock, TimeoutError } from 'sosik'
import { kafkaEventLog } from 'sosik/kafka'
import { until } from 'sosik/testing'
import type { Firewall, PacketRule } from './faults/stand/firewall.ts'
import { openFirewall } from './faults/stand/firewall.ts'
import type { KeyedLoad, ReadingMember } from './support/keyed-load.ts'
import {
  appending,
  createKeyedTopic,
  joinReading,
  keysInTheLog,
  watchedKeys,
  wholeKeys,
} from './support/keyed-load.ts'
import { coordinatorOf, controllerLeader } from './support/kafka-roles.ts'

const topic = 'network'
const DELIVERY_MS_MAX = 30_000
const DELIVERY_SLACK_MS = 3000
/** Of one processor; the rest of the load pauses in the outage. */
const BUSY_SHARE_MAX = 0.3
/** The cluster's session time-out of 6 s, and a few seconds. */
const HEALED_MS_MAX = 12_000
const FAULT_MS = 4000
const LOSS = 0.15
/** While packets are lost nothing heals: a connection, a join may each take a few tries. */
const LOSSY_MS_MAX = 45_000
/** A log whose clock runs so many times faster sees its deadlines so much earlier. */
const HASTE = 5
/** Two partitions have the unreachable leader: some calls of each have to end in time. */
const REFUSALS_MIN = 40
const CHAIN = 'SOSIK-NETWORK'
/** FIN_WAIT1, CLOSING and LAST_ACK, as the kernel numbers them. */
const UNSENT_STATES = ['04', '0B', '09']
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

let folder: string
let cluster: Cluster
let firewall: Firewall
let log: EventLog
let load: KeyedLoad
let rounds = 0
const read = watchedKeys()
const members: ReadingMember[] = []
const brokers = () => cluster.env.KAFKA_BROKERS.split(',')
const portOf = (node: number) => Number(brokers()[node - 1]?.split(':')[1])

before(async () => {
  firewall = openFirewall(CHAIN)
  for (const signal of SIGNALS) process.once(signal, () => process.exit(1))
  process.once('exit', () => firewall.close())
  folder = await mkdtemp(join(tmpdir(), 'sosik-network-'))
  cluster = await startCluster({ dataDir: folder, fastFailover: true, durable: false })
  log = await kafkaEventLog({ brokers: brokers() })
  await createKeyedTopic(log, topic)
  load = appending(log, topic)
  for (let count = 0; count < 2; count += 1) members.push(await joinReading(log, topic, read))
  await load.goesOn()
})

after(async () => {
  firewall.close()
  await log.close()
  // Nothing of theirs is wanted any more, and three that say goodbye take their time.
  for (const { name } of cluster.parts) kill(name, 'SIGKILL')
  await cluster.stop()
  await rm(folder, { recursive: true, force: true })
})

test('a leader that freezes and goes on holds nothing up but its own partitions', async () => {
  await whileFrozen(await coordinatorOf(brokers(), topic), FAULT_MS)
  await goesOn()
})

for (const direction of ['to', 'from'] as const) {
  test(`a broker that no packet comes ${direction} is got over, and used again`, async () => {
    await whileDropped([{ direction, port: portOf(1), probability: 1 }], FAULT_MS)
    await goesOn()
  })
}

test(`with ${LOSS * 100} % of all packets lost, appends and commits go on`, async () => {
  const rules = [1, 2, 3].map((node) => ({
    direction: 'to' as const,
    port: portOf(node),
    probability: LOSS,
  }))
  await whileDropped(rules, 0, () => goesOn(load, LOSSY_MS_MAX))
  await goesOn()
})

test('topics are created while the leader of the controllers vanishes without a word', async () => {
  const leader = await controllerLeader(brokers())
  const names = Array.from({ length: 5 }, (_, number) => `while-gone-${number}`)
  const both = ['to', 'from'] as const
  const rules = both.map((direction) => ({ direction, port: portOf(leader), probability: 1 }))
  await whileDropped(rules, 0, async () => {
    const created = names.map((name) =>
      log.admin.createTopics([{ name, partitions: 1, replicationFactor: 2, config: {} }]),
    )
    kill(`kafka-${leader}`, 'SIGKILL')
    await Promise.all(created)
    assert.equal((await log.admin.describeTopics(names)).length, names.length)
    // Half-open connections, and nobody behind them: the port is another process's now.
    await cluster.restart(`kafka-${leader}`)
  })
  await goesOn()
})

test('nothing that was acknowledged is lost, doubled or overtaken', async () => {
  rounds = await load.end()
  assert(load.slowestMs() < DELIVERY_MS_MAX, `an append took ${load.slowestMs()} ms`)
  await until('all was read', () => read.isWhole(rounds), HEALED_MS_MAX)
  for (const { strays } of members) assert.deepEqual(strays, [])
  assert.deepEqual(read.inversions, [])
  assert.deepEqual(await keysInTheLog(log, topic), wholeKeys(rounds))
})

test('a commit that was given up on does not come back after later ones', async () => {
  const hasty = await kafkaEventLog({ brokers: brokers(), clock: fastClock(HASTE) })
  const partition = { topic: 'while-gone-0', partition: 0 }
  const group = 'late-commit'
  try {
    const listener = {
      assigned: () => owned.resolve(),
      revoked() {},
      lost() {},
      records() {},
      trouble() {},
    }
    const owned = Promise.withResolvers<void>()
    const member = await hasty.join({ group, topics: [partition.topic], listener })
    await owned.promise
    await member.commit([{ ...partition, offset: 1n }])
    const port = portOf(await coordinatorOf(brokers(), group))
    const rule = { direction: 'to', port, probability: 1 } as const
    let early: Promise<unknown> | undefined
    await whileDropped([rule], FAULT_MS, () => {
      early = Promise.allSettled([member.commit([{ ...partition, offset: 2n }])])
    })
    await early
    await until('a later commit', async () => {
      const [later] = await Promise.allSettled([member.commit([{ ...partition, offset: 3n }])])
      return later.status === 'fulfilled'
    })
    await until('no packet is on its way', () => unsentTo(port) === 0)
    const [committed] = await log.admin.committed(group, [partition.topic])
    assert.equal(committed?.offset, 3n)
  } finally {
    await hasty.close()
  }
})

test('appends to a leader that no packet reaches end by their deadline', async () => {
  const name = 'unreachable'
  await log.admin.createTopics([{ name, partitions: 6, replicationFactor: 3, config: {} }])
  const hasty = await kafkaEventLog({ brokers: brokers(), clock: fastClock(HASTE) })
  try {
    const calls: Promise<AppendResult | undefined>[] = []
    let refused = 0
    const rule = { direction: 'to', port: portOf(1), probability: 1 } as const
    await whileDropped([rule], 0, async () => {
      await until('one is refused', async () => {
        for (let at = 0; at < 6; at += 1) calls.push(appendTimed(hasty, name, at))
        const count = (result?: AppendResult) => {
          if (!result?.ok) refused += 1
        }
        for (const call of calls.slice(-6)) call.then(count, () => {})
        await delay(50)
        return refused > REFUSALS_MIN
      })
    })
    const results = await Promise.all(calls)
    assert(results.some((result) => result?.ok))
    assert((await appendTimed(hasty, name, 0))?.ok)
  } finally {
    await hasty.close()
  }
})

test('with no broker left, appends end by their deadline, and all goes on afterwards', async () => {
  const hasty = await kafkaEventLog({ brokers: brokers(), clock: fastClock(HASTE) })
  try {
    const append = () => appendTimed(hasty, 'while-gone-0', 0)
    assert((await append())?.ok)
    const nodes = ['kafka-1', 'kafka-2', 'kafka-3']
    for (const node of nodes) kill(node, 'SIGKILL')
    const before = process.cpuUsage()
    const startedMs = performance.now()
    const counting = assert.rejects(hasty.admin.brokerCount(), TimeoutError)
    const results = await Promise.all([append(), append()])
    const { user, system } = process.cpuUsage(before)
    const share = (user + system) / 1000 / (performance.now() - startedMs)
    assert(share < BUSY_SHARE_MAX, `an outage keeps the processor busy: ${share}`)
    for (const result of results) assert(result && !result.ok)
    await counting
    await Promise.all(nodes.map((node) => cluster.restart(node)))
    const more = appending(log, topic, rounds)
    await goesOn(more)
    await more.end()
    assert((await append())?.ok)
  } finally {
    await hasty.close()
  }
})

test('a closed log leaves no timer and no socket behind', async () => {
  await log.close()
  const held = () =>
    process.getActiveResourcesInfo().filter((name) => /TCPSocketWrap|TLSWrap/.test(name))
  await until('no socket', () => held().length === 0, 1000)
})

/** Appends are acknowledged, read and committed again. */
async function goesOn(appends = load, withinMs = HEALED_MS_MAX): Promise<void> {
  await appends.goesOn(withinMs)
  await until('partitions are owned', () => ownedNow() === 6, withinMs)
  const readBefore = read.count()
  await until('records are read', () => read.count() > readBefore + 1000, withinMs)
  await Promise.all(members.map((member) => member.commit()))
}

const ownedNow = () => members.reduce((sum, member) => sum + member.owned(), 0)

/** By a log in haste; fails when the deadline is missed. */
async function appendTimed(hasty: EventLog, name: string, partition: number) {
  const startedMs = performance.now()
  const value = Buffer.from('timed')
  const [result] = await hasty.append([{ topic: name, partition, key: null, value, headers: [] }])
  const tookMs = (performance.now() - startedMs) * HASTE
  assert(tookMs < DELIVERY_MS_MAX + DELIVERY_SLACK_MS, `an append took ${tookMs} ms`)
  return result
}

async function whileFrozen(node: number, forMs: number): Promise<void> {
  kill(`kafka-${node}`, 'SIGSTOP')
  try {
    await delay(forMs)
  } finally {
    kill(`kafka-${node}`, 'SIGCONT')
  }
}

async function whileDropped(
  rules: readonly PacketRule[],
  forMs: number,
  meanwhile: () => Promise<void> | void = () => {},
): Promise<void> {
  const undo = rules.map((rule) => firewall.drop(rule))
  try {
    await meanwhile()
    await delay(forMs)
  } finally {
    for (const one of undo) one()
  }
}

/** How many closed connections still hold something for the port. */
function unsentTo(port: number): number {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const isUnsent = (line: string) => {
    const [, , to = '', state] = line.trim().split(/\s+/)
    return to.endsWith(remote) && UNSENT_STATES.includes(state ?? '')
  }
  return readFileSync('/proc/net/tcp', 'utf8').split('\n').filter(isUnsent).length
}

function kill(name: string, signal: NodeJS.Signals): void {
  const part = cluster.parts.find((one) => one.name === name)
  if (part) process.kill(part.pid, signal)
}

function fastClock(times: number): Clock {
  const startMs = systemClock.nowMs()
  return {
    nowMs: () => startMs + (systemClock.nowMs() - startMs) * times,
    after: (delayMs, call) => systemClock.after(delayMs / times, call),
  }
}
