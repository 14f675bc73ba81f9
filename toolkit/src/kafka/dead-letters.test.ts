// Three records that nobody can handle, on a real cluster: each a dead letter, the others handled.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { openStage } from '../consumer/stage.ts'
import { kafkaBrokers } from '../testing/real.ts'
import { until } from '../testing/until.ts'
import { kafkaEventLog } from './index.ts'

test('what nobody can handle ends in the .dlq; the rest is handled', async () => {
  const log = await kafkaEventLog({ brokers: kafkaBrokers() })
  const stage = await openStage({ name: `orders-${randomUUID()}`, log })
  const handled: string[] = []
  const consumer = stage.consumer({
    OrderPlaced({ data }) {
      if (data.note === 'throws') throw new Error('no ink')
      handled.push(data.note)
    },
  })
  try {
    await stage.write('{ no json')
    await stage.place('first')
    await stage.write('{"customer_id": 0, "note": "x", "__type__": "OrderPlaced"}')
    await stage.place('second')
    await stage.place('throws')
    await stage.place('third')
    await consumer.start()
    await until('the good orders', () => handled.length === 3)
    assert.deepEqual(handled, ['first', 'second', 'third'])
    await until('the commit', async () => (await stage.committed()) === 6n)
    const letters = await stage.deadLetters()
    assert.deepEqual(
      letters.map(({ body }) => [body.original_offset, body.error_code, body.attempts]),
      [
        [0, 'SOSIK_DECODE', 0],
        [2, 'SOSIK_SCHEMA', 0],
        [4, 'Error', 3],
      ],
    )
    const bytes = Buffer.from(String(letters[0]?.body.original_value_base64), 'base64')
    assert.equal(bytes.toString(), '{ no json')
    assert.equal(new TextDecoder().decode(letters[0]?.record.key ?? undefined), '4')
  } finally {
    await consumer.stop()
    await stage.close()
  }
})
