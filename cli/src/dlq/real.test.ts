// `sosik dlq` as a program of its own, on Kafka and PostgreSQL.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { kafkaEventLog } from 'sosik/kafka'
import { kafkaBrokers, scratchDatabase, until } from 'sosik/testing'
import { CONFIG, openStage } from './stage.ts'

const PROGRAM = fileURLToPath(new URL('../main.ts', import.meta.url))
const GROUP = 'dlq-test.billing'
const run = promisify(execFile)

test('list, show, redrive and runs, from another process than the member', async () => {
  const log = await kafkaEventLog({ brokers: kafkaBrokers() })
  const database = await scratchDatabase()
  const stage = await openStage(log, database)
  // An earlier run on the same cluster may have left letters of its own keys.
  const key = `ben-${randomUUID()}`
  const dlq = (...words: string[]) => {
    const connect = ['--config', CONFIG, '--database', database.url]
    return run(process.execPath, [PROGRAM, 'dlq', ...words, ...connect])
  }
  try {
    stage.poison.add('matcha')
    await stage.place(key, 'matcha')
    await stage.place(key, 'milk')
    await until('what waits behind the dead letter', () => stage.account().parked === 1)
    const { stdout } = await dlq('list', GROUP, '--key', key, '--json')
    const [{ at = '' } = {}] = JSON.parse(stdout) as { at?: string }[]
    const shown = (await dlq('show', at, '--payload')).stdout
    assert.match(shown, /"note":"matcha"/)
    assert.match(shown, /^waiting$/m)
    stage.poison.clear()
    const { stderr } = await dlq('redrive', GROUP, '--key', key, '--by', 'minsu')
    assert.match(
      stderr,
      /^redrive: of 1 of dlq-test\.billing 1 redriven, 0 failed again, 1 handled/m,
    )
    assert.deepEqual(
      stage.effects.filter((effect) => effect.startsWith(key)),
      [`${key}:matcha`, `${key}:milk`],
    )
    assert.match((await dlq('runs', GROUP)).stdout, /redrive +minsu +2/)
  } finally {
    await stage.close()
    await log.close()
    await database.close()
  }
})
