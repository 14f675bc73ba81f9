// Kafka's own console consumer prints a message with its key and headers.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import { kafkaClassPath } from '@sosik/cli/cluster'
import { messenger } from '@sosik/contract/catalogue'
import { MessageSent } from '@sosik/contract/chat'
import { DomainEventProducer, requireTopics } from 'sosik'
import { kafkaEventLog } from 'sosik/kafka'
import { withRealParts } from '../support/parts.ts'

const MAIN_CLASS = 'org.apache.kafka.tools.consumer.ConsoleConsumer'
const CONSOLE_MS_MAX = 30_000
const run = promisify(execFile)

test('the console consumer shows key, value and headers as the wire contract says', () =>
  withRealParts(async ({ KAFKA_BROKERS }) => {
    const log = await kafkaEventLog({ brokers: KAFKA_BROKERS.split(',') })
    await requireTopics(log.admin, messenger)
    const producer = new DomainEventProducer({ log })
    await producer.start()
    const data = { ...MessageSent.example, room_id: 900_000 + (Date.now() % 100_000) }
    const sent = await producer.publish(MessageSent.of(data))
    await producer.stop()
    await log.close()
    const { stdout } = await run(
      'java',
      `-cp ${kafkaClassPath(join(homedir(), '.cache', 'sosik'))} ${MAIN_CLASS}
        --bootstrap-server ${KAFKA_BROKERS} --topic message.events
        --partition ${sent.partition} --offset ${sent.offset}
        --max-messages 1 --timeout-ms ${CONSOLE_MS_MAX}
        --property print.key=true --property print.headers=true`.split(/\s+/),
      { timeout: CONSOLE_MS_MAX },
    )
    const line = stdout.split('\n').find((one) => one.includes(sent.id)) ?? ''
    const [headers = '', key, value = ''] = line.split('\t')
    assert.equal(key, String(data.room_id))
    assert.equal(value, JSON.stringify({ ...data, __type__: 'MessageSent' }))
    const written = Object.fromEntries(
      headers
        .split(',')
        .map((one) => [one.slice(0, one.indexOf(':')), one.slice(one.indexOf(':') + 1)]),
    )
    assert.equal(written.ce_id, sent.id)
    assert.equal(written.ce_specversion, '1.0')
    assert.equal(written.ce_type, 'MessageSent')
    assert.equal(written.ce_source, '/contexts/chat')
    assert.equal(written.ce_subject, data.message_id)
    assert.equal(written.ce_dataschema, 'MessageSent/1')
    assert.equal(written['content-type'], 'application/json')
  }))
