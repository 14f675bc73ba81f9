// What opening a log says when the brokers are too old, or not there.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:net'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { Writer } from '@platformatic/kafka'
import type { Clock } from '../clock.ts'
import { systemClock } from '../clock.ts'
import { OldBrokerError, TimeoutError } from '../errors.ts'
import { kafkaEventLog } from './index.ts'

const METADATA = 3
const CONSUMER_GROUP_HEARTBEAT = 68

test('brokers without the group protocol of Kafka 4 are refused: OldBrokerError', async () => {
  for (const apis of [[METADATA], [METADATA, CONSUMER_GROUP_HEARTBEAT]]) {
    const server = oldBroker(apis)
    const brokers = [await listening(server)]
    await assert.rejects(kafkaEventLog({ brokers }), OldBrokerError)
    server.close()
    await once(server, 'close')
  }
})

test('without a broker, opening tries for a while and rejects with TimeoutError', async () => {
  const server = createServer()
  const brokers = [await listening(server)]
  server.close()
  await once(server, 'close')
  let tries = 0
  const clock: Clock = {
    nowMs: () => systemClock.nowMs() + tries * 10_000,
    after(delayMs, call) {
      tries += 1
      return systemClock.after(Math.min(delayMs, 50), call)
    },
  }
  await assert.rejects(kafkaEventLog({ brokers, clock }), TimeoutError)
  assert(tries > 2)
})

/** Answers which requests it knows, in version 0 only, and nothing else. */
function oldBroker(apis: readonly number[]): Server {
  return createServer((socket) => {
    socket.on('data', (request) => {
      const known = Writer.create()
        .appendInt32(request.readInt32BE(8)) // correlation id
        .appendInt16(0)
        .appendArray([...apis], (writer, api) => {
          writer.appendInt16(api).appendInt16(0).appendInt16(0)
        })
        .appendInt32(0)
        .appendTaggedFields()
      socket.write(known.prependLength().buffer)
    })
  })
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert(typeof address === 'object' && address !== null)
  return `127.0.0.1:${address.port}`
}
