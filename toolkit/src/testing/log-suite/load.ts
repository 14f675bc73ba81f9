// Under load and through rebalances: nothing is lost and no key's order is turned round.
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { Commit, EventLog, LogRecord, NewRecord } from '../../log/log.ts'
import type { Bench, SuiteTests } from './bench.ts'
import { appendAll, bytes, textOf } from './record.ts'
import type { Witness } from './witness.ts'
import { placeOf } from './witness.ts'

const PARTITIONS = 6
const KEYS = 20
/** What a member has handled before the next one comes or goes. */
const RECORDS_EACH = 100
const ROUNDS_IN_FLIGHT = 4
const ROUND_PAUSE_MS = 5

export const loadTests: SuiteTests = {
  async 'order per key holds and nothing is lost while members come and go'(bench) {
    const topic = await bench.topic(PARTITIONS)
    const group = bench.name('group')
    const keys = keyWatch()
    const refused: unknown[] = []
    const witnesses: Witness[] = []
    const join = async () => {
      const witness = await bench.join({ group, topics: [topic], ...committing(keys, refused) })
      witnesses.push(witness)
      await bench.until('its share of the load', () => witness.records.length > RECORDS_EACH)
      return witness
    }
    const stop = new AbortController()
    const rounds = load(bench.log, topic, stop.signal)
    const first = await join()
    const second = await join()
    const third = await join()
    await first.member.leave()
    const fourth = await join()
    await second.member.leave()
    stop.abort()
    const sent = (await rounds) * KEYS
    await bench.until('every record', () => keys.handled() === sent)
    await Promise.all([third.member.leave(), fourth.member.leave()])
    assert.deepEqual(keys.inversions, [])
    assert.deepEqual(refused, [])
    for (const { strays, losses } of witnesses) assert.deepEqual([strays, losses], [[], []])
    const ends = await bench.log.admin.offsets(topic, 'latest')
    const committed = await bench.log.admin.committed(group, [topic])
    assert.deepEqual(
      new Map(committed.map((row) => [row.partition, row.offset])),
      new Map(ends.filter((row) => row.offset > 0n).map((row) => [row.partition, row.offset])),
    )
  },
}

/** Sends every key's numbers in order until stopped, without waiting for readers. */
async function load(log: EventLog, topic: string, stop: AbortSignal): Promise<number> {
  const flying: Promise<unknown>[] = []
  let rounds = 0
  for (; !stop.aborted; rounds += 1) {
    if (flying.length >= ROUNDS_IN_FLIGHT) await flying.shift()
    flying.push(appendAll(log, roundOf(topic, rounds)))
    await delay(ROUND_PAUSE_MS)
  }
  await Promise.all(flying)
  return rounds
}

function roundOf(topic: string, round: number): NewRecord[] {
  return Array.from({ length: KEYS }, (_, key) => ({
    topic,
    key: bytes(`key ${key}`),
    value: bytes(String(round)),
    headers: [],
  }))
}

/** Hooks that commit what was handled: one commit at a time, the last one inside `revoked`. */
function committing(keys: ReturnType<typeof keyWatch>, refused: unknown[]) {
  const handled = new Map<string, Commit>()
  let flying: Promise<void> | undefined
  const commit = (member: Witness['member'], commits: readonly Commit[]) =>
    member.commit(commits).catch((error: unknown) => void refused.push(error))
  return {
    records({ member, owned }: Witness, records: readonly LogRecord[]) {
      for (const record of records) {
        keys.watch(record)
        const { topic, partition, offset } = record
        handled.set(placeOf(record), { topic, partition, offset: offset + 1n })
      }
      const held = [...handled.values()].filter((one) => owned.has(placeOf(one)))
      flying ??= commit(member, held).finally(() => (flying = undefined))
    },
    async revoked(
      { member }: Witness,
      partitions: readonly { topic: string; partition: number }[],
    ) {
      await flying
      const last = partitions.flatMap((one) => handled.get(placeOf(one)) ?? [])
      for (const one of partitions) handled.delete(placeOf(one))
      await commit(member, last)
    },
  } satisfies Partial<Parameters<Bench['join']>[0]>
}

/** Watches each key over all members: a number may come again, but none before those below it. */
function keyWatch() {
  const highest = new Map<string, number>()
  const inversions: string[] = []
  return {
    inversions,
    handled: () => [...highest.values()].reduce((sum, round) => sum + round + 1, 0),
    watch(record: LogRecord) {
      const key = Buffer.from(record.key ?? []).toString()
      const next = (highest.get(key) ?? -1) + 1
      const round = Number(textOf(record))
      if (round > next) inversions.push(`${key}: ${round} came when ${next} was next`)
      if (round >= next) highest.set(key, round)
    },
  }
}
