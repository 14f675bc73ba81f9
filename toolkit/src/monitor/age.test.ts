// A group's lag in time is the age of the first record that it has not handled.
import assert from 'node:assert/strict'
import test from 'node:test'
import { openStage } from '../consumer/stage.ts'
import { until } from '../testing/until.ts'
import { lagAgeMs } from './age.ts'
import { groupLag } from './lag.ts'

const HOUR_MS = 3_600_000

test("the age is the oldest unhandled record's, and 0 when nothing is behind", async (context) => {
  const stage = await openStage()
  context.after(() => stage.close())
  const nowMs = Date.now()
  const age = async () => {
    const rows = await groupLag(stage.log.admin, stage.billing)
    return lagAgeMs(stage.log.admin, rows, nowMs)
  }
  assert.equal(await age(), 0)
  const value = Buffer.from('{"customer_id": 4, "note": "a", "__type__": "OrderPlaced"}')
  const written = [3, 1, 2].map((hours) => ({
    topic: 'orders',
    key: Buffer.from('4'),
    value,
    headers: [],
    timestampMs: nowMs - hours * HOUR_MS,
  }))
  await stage.log.append(written)
  assert.equal(await age(), 3 * HOUR_MS)
  await stage.log.admin.alterCommitted(stage.billing.name, [
    { topic: 'orders', partition: 0, offset: 1n },
  ])
  assert.equal(await age(), HOUR_MS)
  const consumer = stage.consumer({ OrderPlaced() {} })
  await consumer.start()
  await until('the commit', async () => (await stage.committed()) === 3n)
  await consumer.stop()
  assert.equal(await age(), 0)
})
