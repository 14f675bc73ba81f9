// `sosik groups members`: a row for each member and topic, as a program of its own on Kafka too.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { applyTopics, planTopics } from 'sosik'
import { kafkaEventLog } from 'sosik/kafka'
import { kafkaBrokers, until } from 'sosik/testing'
import { memberRows } from './members.ts'
import { catalogue, CONFIG, desk } from './stage.ts'

const PROGRAM = fileURLToPath(new URL('../main.ts', import.meta.url))
const run = promisify(execFile)

test('a member has a row for each topic, and whoever holds or is nothing has one too', () => {
  const at = (topic: string, partition: number) => ({ topic, partition })
  const client = { clientId: 'shop', host: '10.0.0.7' }
  const members = [
    { ...client, memberId: 'a', partitions: [at('orders', 0), at('orders', 1), at('users', 0)] },
    { ...client, memberId: 'b', partitions: [] },
  ]
  const rows = memberRows('billing', { state: 'stable', members })
  assert.deepEqual(
    rows.map(({ member, topic, partitions }) => [member, topic, partitions]),
    [
      ['a', 'orders', '0,1'],
      ['a', 'users', '0'],
      ['b', undefined, undefined],
    ],
  )
  const [nobody, ...more] = memberRows('mail', { state: 'empty', members: [] })
  assert.deepEqual(
    [nobody?.group, nobody?.state, nobody?.member, more],
    ['mail', 'empty', undefined, []],
  )
  assert.deepEqual(Object.keys(nobody ?? {}), Object.keys(rows[0] ?? {}))
})

test('a member of another process is told by its client and host, until it leaves', async () => {
  const log = await kafkaEventLog({ brokers: kafkaBrokers(), clientId: 'desk-of-test' })
  const rows = async (): Promise<Record<string, string>[]> => {
    const args = [PROGRAM, 'groups', 'members', desk.name, '--config', CONFIG, '--json']
    const { stdout } = await run(process.execPath, args)
    return JSON.parse(stdout) as Record<string, string>[]
  }
  try {
    await applyTopics(log.admin, await planTopics(log.admin, catalogue))
    const topics = desk.topics.map(({ name }) => name)
    const listener = { assigned() {}, revoked() {}, lost() {}, records() {}, trouble() {} }
    const member = await log.join({ group: desk.name, topics, listener })
    const isStable = async () => (await log.admin.describeGroup(desk.name)).state === 'stable'
    await until('it holds all', isStable)
    assert.deepEqual(await rows(), [
      {
        group: desk.name,
        state: 'stable',
        member: member.memberId,
        client: 'desk-of-test',
        host: '127.0.0.1',
        topic: topics[0],
        partitions: '0,1',
      },
    ])
    await member.leave()
    assert.deepEqual(await rows(), [{ group: desk.name, state: 'empty' }])
  } finally {
    await log.close()
  }
})
