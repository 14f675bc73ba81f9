// Numbers appended key by key while brokers fail, and what came of them: lost, doubled, overtaken.
import { setTimeout as delay } from 'node:timers/promises'
import type { EventLog, GroupMember, LogRecord, TopicPartition } from 'sosik'
import { until } from 'sosik/testing'

const PARTITIONS = 6
const KEYS = 20
const ROUNDS_IN_FLIGHT = 4
const ROUND_PAUSE_MS = 5
/** So many rounds show that appends go on. */
const ROUNDS_GOING_ON = 50
const GOING_ON_MS_MAX = 60_000

export interface KeyedLoad {
  /** Resolves when appends were acknowledged that began after the call; rejects with a refusal. */
  goesOn(withinMs?: number): Promise<void>
  /** Resolves with the round that would be next when all are acknowledged. */
  end(): Promise<number>
  /** How long the slowest append took until now. */
  slowestMs(): number
}

export async function createKeyedTopic(log: EventLog, name: string): Promise<void> {
  const config = { 'min.insync.replicas': '2' }
  await log.admin.createTopics([{ name, partitions: PARTITIONS, replicationFactor: 3, config }])
}

/** Appends one number a key and round, from `first` on, until it is ended. */
export function appending(log: EventLog, topic: string, first = 0): KeyedLoad {
  const flying = new Map<Promise<void>, number>()
  let acknowledged = 0
  let slowest = 0
  let isEnding = false
  const append = async (round: number) => {
    const value = Buffer.from(String(round))
    const keys = Array.from({ length: KEYS }, (_, key) => Buffer.from(`key ${key}`))
    const startedMs = performance.now()
    const results = await log.append(keys.map((key) => ({ topic, key, value, headers: [] })))
    slowest = Math.max(slowest, performance.now() - startedMs)
    for (const result of results) if (!result.ok) throw result.error
    acknowledged += 1
  }
  const run = async () => {
    for (let round = first; ; round += 1) {
      if (isEnding) return round
      const call = append(round)
      flying.set(call, performance.now())
      void call.then(() => flying.delete(call))
      if (flying.size >= ROUNDS_IN_FLIGHT) await Promise.race(flying.keys())
      await delay(ROUND_PAUSE_MS)
    }
  }
  const running = run()
  return {
    async goesOn(withinMs = GOING_ON_MS_MAX) {
      const goal = acknowledged + ROUNDS_GOING_ON
      const reached = until('appends go on', () => acknowledged >= goal, withinMs)
      await Promise.race([reached, running])
    },
    async end() {
      isEnding = true
      const rounds = await running
      await Promise.all(flying.keys())
      return rounds
    },
    slowestMs: () => Math.max(slowest, ...[...flying.values()].map((at) => performance.now() - at)),
  }
}

/** What was read of each key; a number may come again, but none before those below it. */
export function watchedKeys() {
  const highest = new Map<string, number>()
  const inversions: string[] = []
  return {
    inversions,
    count: () => [...highest.values()].reduce((sum, number) => sum + number + 1, 0),
    isWhole: (rounds: number) =>
      highest.size === KEYS && [...highest.values()].every((number) => number === rounds - 1),
    note(record: LogRecord) {
      const key = textOf(record.key)
      const number = Number(textOf(record.value))
      const before = highest.get(key) ?? -1
      if (number > before + 1) inversions.push(`${key}: ${number} after ${before}`)
      highest.set(key, Math.max(before, number))
    },
  }
}

/** A member that commits what it has read whenever a partition moves. */
export interface ReadingMember {
  readonly member: GroupMember
  /** Records that came though their partition was not the member's. */
  readonly strays: LogRecord[]
  owned(): number
  /** Commits what was read until now. */
  commit(): Promise<void>
}

export async function joinReading(
  log: EventLog,
  topic: string,
  read: ReturnType<typeof watchedKeys>,
): Promise<ReadingMember> {
  const next = new Map<number, bigint>()
  const owned = new Set<number>()
  const strays: LogRecord[] = []
  const forget = (partitions: readonly TopicPartition[]) => {
    for (const { partition } of partitions) {
      next.delete(partition)
      owned.delete(partition)
    }
  }
  const commitsOf = (partitions: Iterable<number>) =>
    [...partitions].flatMap((partition) => {
      const offset = next.get(partition)
      return offset === undefined ? [] : [{ topic, partition, offset }]
    })
  const member: GroupMember = await log.join({
    group: topic,
    topics: [topic],
    listener: {
      assigned(partitions) {
        for (const { partition } of partitions) owned.add(partition)
      },
      async revoked(partitions) {
        const commits = commitsOf(partitions.map(({ partition }) => partition))
        forget(partitions)
        await member.commit(commits)
      },
      lost: forget,
      records({ partition }, records) {
        if (!owned.has(partition)) strays.push(...records)
        for (const record of records) {
          read.note(record)
          next.set(partition, record.offset + 1n)
        }
      },
      trouble() {},
    },
  })
  return { member, strays, owned: () => owned.size, commit: () => member.commit(commitsOf(owned)) }
}

/** Every key's numbers in the order of the log. */
export async function keysInTheLog(log: EventLog, topic: string): Promise<Map<string, number[]>> {
  const keys = new Map(Array.from({ length: KEYS }, (_, key) => [`key ${key}`, [] as number[]]))
  for (const { partition, offset } of await log.admin.offsets(topic, 'latest')) {
    for await (const { key, value } of log.admin.read({ topic, partition }, 0n, offset)) {
      keys.get(textOf(key))?.push(Number(textOf(value)))
    }
  }
  return keys
}

/** What `keysInTheLog` gives when nothing is lost, doubled or overtaken. */
export function wholeKeys(rounds: number): Map<string, number[]> {
  const numbers = Array.from({ length: rounds }, (_, round) => round)
  return new Map(Array.from({ length: KEYS }, (_, key) => [`key ${key}`, numbers]))
}

function textOf(bytes: Uint8Array | null): string {
  return Buffer.from(bytes ?? []).toString()
}
