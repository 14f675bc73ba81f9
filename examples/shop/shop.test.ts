// The example is true: its story ends as it says, in one process and on Kafka and PostgreSQL.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'node:test'
import { kafkaEventLog } from 'sosik/kafka'
import { kafkaBrokers, scratchDatabase } from 'sosik/testing'
import { embeddedParts, type Parts } from './parts.ts'
import { tellStory } from './story.ts'

async function staysTrue(parts: Parts): Promise<void> {
  const lines: string[] = []
  const { available, statuses, account } = await tellStory(parts, (line) => lines.push(line))
  assert.deepEqual(available, { tea: 4, matcha: 5 })
  assert.deepEqual(statuses, ['reserved', 'cancelled', 'reserved', 'reserved'])
  assert.deepEqual([account.deadLettered, account.parked], [1, 2])
  assert.equal(account.open, 0)
  assert.match(lines.join('\n'), /Dead letter after attempt 1: OrderPlaced\..*no product matcha/)
  assert.match(lines.at(-1) ?? '', /^The account: \d+ read = /)
}

test('the story is true in one process', async () => staysTrue(await embeddedParts()))

test('the story is true on Kafka and PostgreSQL', async () => {
  const log = await kafkaEventLog({ brokers: kafkaBrokers() })
  await staysTrue({ log, database: await scratchDatabase() })
})

test('`npm run example` needs nothing, and ends by itself', async () => {
  const { KAFKA_BROKERS: _brokers, DATABASE_URL: _url, ...env } = process.env
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [main], { env })
  const lines = stdout.trim().split('\n')
  assert.equal(lines[0], 'Everything in this process.')
  assert.equal(lines.at(-1), 'example: nothing lost, nothing twice, in order')
})
