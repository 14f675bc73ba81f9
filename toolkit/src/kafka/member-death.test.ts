// Members that die or freeze: replaced when their session ends, and never heard again.
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { test } from 'node:test'
import type { EventLog } from '../log/log.ts'
import { joinWitness } from '../testing/log-suite/witness.ts'
import { kafkaBrokers } from '../testing/real.ts'
import { until } from '../testing/until.ts'
import { kafkaEventLog } from './index.ts'
import type { Saying } from './member-process.ts'

/** Kafka's default session timeout is 45 s; `npm test` starts brokers with less. */
const SESSION_MS_MAX = 60_000

test('a member that was killed is replaced, and the next one starts at its commit', async () => {
  await withMember(async ({ log, topic, group, process, said, tell }) => {
    tell(4)
    await until('the commit', () => said('committed'))
    process.kill('SIGKILL')
    const next = await joinWitness(log, { group, topics: [topic] })
    await until('the successor', () => next.owned.size === 1, SESSION_MS_MAX)
    assert.equal(next.assignments[0]?.offset, 4n)
    await until('the rest', () => next.records.length === 6)
    await next.member.leave()
  })
})

test('a member that was frozen cannot commit, hears of its loss and joins again', async () => {
  await withMember(async ({ log, topic, group, process, said, tell }) => {
    await until('the first records', () => said('records'))
    process.kill('SIGSTOP')
    // The answer to the fetch that waits at the broker lies ready when the member goes on.
    const value = Buffer.from('late')
    await log.append([{ topic, key: null, value, headers: [] }])
    const next = await joinWitness(log, { group, topics: [topic] })
    await until('the successor', () => next.owned.size === 1, SESSION_MS_MAX)
    await next.member.commit([{ topic, partition: 0, offset: 7n }])
    process.kill('SIGCONT')
    tell(2)
    const refused = await until('the refusal', () => said('refused'))
    assert.deepEqual(refused, { kind: 'refused', error: 'StaleMemberError' })
    await until('the loss', () => said('lost'))
    assert.equal(said('records', 1), undefined, 'it read on in a partition of its successor')
    const committed = () => log.admin.committed(group, [topic])
    assert.deepEqual(await committed(), [{ topic, partition: 0, offset: 7n, metadata: '' }])
    await next.member.leave()
    const again = await until('the return', () => said('assigned', 1), SESSION_MS_MAX)
    assert.deepEqual(again, { kind: 'assigned', offset: '7' })
  })
})

interface Stage {
  readonly log: EventLog
  readonly topic: string
  readonly group: string
  readonly process: ChildProcess
  /** What the process said of this kind: the first time, or after `skip` times. */
  readonly said: (kind: Saying['kind'], skip?: number) => Saying | undefined
  /** Tells the process to commit this offset. */
  readonly tell: (offset: number) => void
}

/** Ten records in one partition, owned by a member in a process of its own. */
async function withMember(run: (stage: Stage) => Promise<void>): Promise<void> {
  const log = await kafkaEventLog({ brokers: kafkaBrokers() })
  const [topic, group] = [`member-death-${randomUUID()}`, randomUUID()]
  const replicationFactor = Math.min(3, await log.admin.brokerCount())
  await log.admin.createTopics([{ name: topic, partitions: 1, replicationFactor, config: {} }])
  const value = Buffer.from('value')
  await log.append(Array.from({ length: 10 }, () => ({ topic, key: null, value, headers: [] })))
  const process = fork(new URL('member-process.ts', import.meta.url), [group, topic])
  const sayings: Saying[] = []
  process.on('message', (saying: Saying) => void sayings.push(saying))
  const said: Stage['said'] = (kind, skip = 0) =>
    sayings.filter((saying) => saying.kind === kind)[skip]
  try {
    await until('the first owner', () => said('assigned'), SESSION_MS_MAX)
    await run({ log, topic, group, process, said, tell: (offset) => void process.send(offset) })
  } finally {
    const ended = process.exitCode ?? process.signalCode ?? once(process, 'exit')
    process.kill('SIGKILL')
    await ended
    await log.admin.deleteTopics([topic])
    await log.close()
  }
}
