// The embedded log under a clock of ours: nothing moves by itself, and everything moves the same.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventLog, GroupListener, GroupMember, LogRecord } from '../log/log.ts'
import { REBALANCE_TIMEOUT_MS } from '../log/log.ts'
import { embeddedEventLog } from './embedded-event-log.ts'
import { memoryStorage } from './memory.ts'
import { turn, VirtualClock } from './virtual-clock.ts'

const TOPIC = { name: 'topic', partitions: 2, replicationFactor: 1, config: {} }

test('nothing is acknowledged or delivered before the clock gives a turn', async () => {
  const { log, clock, story } = await stage()
  await log.join({ group: 'group', topics: ['topic'], listener: telling(story, 'one') })
  void log.append([recordOf('a', 0)]).then(() => story.push('acknowledged'))
  await turn()
  assert.deepEqual(story, [])
  await clock.advance(0)
  assert.deepEqual(story, ['acknowledged', 'one assigned 0,1', 'one read 0:a'])
  await closing(log, clock)
})

test('who does not let go in time loses what moves and keeps the rest', async () => {
  const { log, clock, story } = await stage()
  const { promise: gate, resolve: letGo } = Promise.withResolvers<void>()
  const slow = { ...telling(story, 'slow'), revoked: () => gate }
  await log.join({ group: 'group', topics: ['topic'], listener: slow })
  await clock.advance(0)
  await log.join({ group: 'group', topics: ['topic'], listener: telling(story, 'next') })
  await clock.advance(REBALANCE_TIMEOUT_MS - 1)
  assert.deepEqual(story.splice(0), ['slow assigned 0,1'])
  await clock.advance(1)
  const late = 'The answer did not come in time. `revoked` took over 30000 ms.'
  assert.deepEqual(story.splice(0), [`slow trouble: ${late}`, 'next assigned 0'])
  void log.append([recordOf('moved', 0), recordOf('kept', 1)])
  await clock.advance(0)
  assert.deepEqual(story.splice(0), ['next read 0:moved', 'slow read 1:kept'])
  letGo()
  await clock.advance(0)
  assert.deepEqual(story, ['slow lost 0'])
  await closing(log, clock)
})

test('a member that never lets go does not keep the log from closing', async () => {
  const { log, clock, story } = await stage()
  const stuck = { ...telling(story, 'stuck'), revoked: () => new Promise<void>(() => {}) }
  await log.join({ group: 'group', topics: ['topic'], listener: stuck })
  await clock.advance(0)
  const closed = log.close().then(() => story.push('closed'))
  await clock.advance(REBALANCE_TIMEOUT_MS)
  await closed
  assert.equal(story.at(-1), 'closed')
  assert.equal(clock.waiting, 0)
})

test('a commit that nobody waited for still counts for the next owner', async () => {
  const { log, clock, story } = await stage()
  const careless: GroupListener = {
    ...telling(story, 'one'),
    revoked() {
      void member.commit([{ topic: 'topic', partition: 0, offset: 1n }])
    },
  }
  const member: GroupMember = await log.join({
    group: 'group',
    topics: ['topic'],
    listener: careless,
  })
  await clock.advance(0)
  void log.append([recordOf('a', 0), recordOf('b', 0)])
  await clock.advance(0)
  const left = member.leave()
  await log.join({ group: 'group', topics: ['topic'], listener: telling(story, 'two') })
  await clock.advance(0)
  await left
  assert.deepEqual(story, [
    'one assigned 0,1',
    'one read 0:a,b',
    'two assigned 0,1',
    'two read 0:b',
  ])
  await closing(log, clock)
})

test('a listener that throws is told so, and the partitions move all the same', async () => {
  const { log, clock, story } = await stage()
  const failing: GroupListener = {
    ...telling(story, 'failing'),
    assigned: () => Promise.reject(new Error('no room')),
    revoked() {
      throw new Error('will not')
    },
  }
  const member = await log.join({ group: 'group', topics: ['topic'], listener: failing })
  void log.append([recordOf('a', 0)])
  await clock.advance(0)
  void member.leave()
  await log.join({ group: 'group', topics: ['topic'], listener: telling(story, 'next') })
  await clock.advance(0)
  assert.deepEqual(story, [
    'failing trouble: no room',
    'failing read 0:a',
    'failing trouble: will not',
    'next assigned 0,1',
    'next read 0:a',
  ])
  await closing(log, clock)
})

test('a deleted topic is lost to its readers, and made again it is theirs again', async () => {
  const { log, clock, story } = await stage()
  await log.join({ group: 'group', topics: ['topic'], listener: telling(story, 'one') })
  void log.append([recordOf('old', 0)])
  await clock.advance(0)
  const late = log.append([recordOf('late', 0)])
  const changed = log.admin.deleteTopics(['topic']).then(() => log.admin.createTopics([TOPIC]))
  await clock.advance(0)
  await changed
  const [refused] = await late
  assert(refused && !refused.ok)
  void log.append([recordOf('new', 0)])
  await clock.advance(0)
  assert.deepEqual(story, [
    'one assigned 0,1',
    'one read 0:old',
    'one lost 0,1',
    'one assigned 0,1',
    'one read 0:new',
  ])
  await closing(log, clock)
})

async function stage() {
  const clock = new VirtualClock()
  const log = embeddedEventLog({ storage: memoryStorage(), clock })
  await log.admin.createTopics([TOPIC])
  return { log, clock, story: [] as string[] }
}

async function closing(log: EventLog, clock: VirtualClock): Promise<void> {
  const closed = log.close()
  await clock.advance(0)
  await closed
  assert.equal(clock.waiting, 0)
}

function telling(story: string[], name: string): GroupListener {
  const tell = (what: string) => (partitions: readonly { readonly partition: number }[]) => {
    story.push(`${name} ${what} ${partitions.map((one) => one.partition).join()}`)
  }
  return {
    assigned: tell('assigned'),
    revoked: tell('revoked'),
    lost: tell('lost'),
    records(of, records) {
      story.push(`${name} read ${of.partition}:${records.map(textOf).join()}`)
    },
    trouble: (error) => void story.push(`${name} trouble: ${error.message}`),
  }
}

function recordOf(value: string, partition: number) {
  return { topic: 'topic', partition, key: null, value: Buffer.from(value), headers: [] }
}

function textOf(record: LogRecord): string {
  return Buffer.from(record.value ?? []).toString()
}
