// A dead letter of another program is shown in the same words as ours.
import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import type { EventLog, Header } from 'sosik'
import { memoryDeadLetters } from 'sosik'
import { embeddedEventLog, memoryStorage } from 'sosik/embedded'
import { catalogue, dlq } from './stage.ts'

const TOPIC = 'elsewhere.failed'
const bytes = (text: string) => Buffer.from(text)

function int32(value: number): Buffer {
  const four = Buffer.alloc(4)
  four.writeInt32BE(value)
  return four
}

function int64(value: bigint): Buffer {
  const eight = Buffer.alloc(8)
  eight.writeBigInt64BE(value)
  return eight
}

/** Headers as each family's program writes them, and lines that are to be read from them. */
const FAMILIES: readonly { family: string; headers: Header[]; lines: RegExp[] }[] = [
  {
    family: 'kafka',
    headers: [
      ['__dlq.errors.topic', bytes('orders')],
      ['__dlq.errors.partition', bytes('3')],
      ['__dlq.errors.offset', bytes('1207')],
      ['__dlq.errors.group', bytes('billing')],
      ['__dlq.errors.delivery.count', bytes('5')],
      ['__dlq.errors.message', bytes('no ink')],
    ],
    lines: [/^ {2}group +billing$/m, /^ {2}attempts +5$/m],
  },
  {
    family: 'connect',
    headers: [
      ['__connect.errors.topic', bytes('orders')],
      ['__connect.errors.partition', bytes('3')],
      ['__connect.errors.offset', bytes('1207')],
      ['__connect.errors.connector.name', bytes('warehouse-sink')],
      ['__connect.errors.stage', bytes('VALUE_CONVERTER')],
      ['__connect.errors.exception.class.name', bytes('java.io.IOException')],
      ['__connect.errors.exception.message', bytes('no ink')],
    ],
    lines: [/^ {2}group +warehouse-sink$/m, /^ {2}stage +VALUE_CONVERTER$/m],
  },
  {
    family: 'streams',
    headers: [
      ['__streams.errors.topic', bytes('orders')],
      ['__streams.errors.partition', bytes('3')],
      ['__streams.errors.offset', bytes('1207')],
      ['__streams.errors.exception', bytes('java.io.IOException')],
      ['__streams.errors.message', bytes('no ink')],
    ],
    lines: [/^ {2}errorClass +java\.io\.IOException$/m],
  },
  {
    family: 'spring',
    headers: [
      ['kafka_dlt-original-topic', bytes('orders')],
      ['kafka_dlt-original-partition', int32(3)],
      ['kafka_dlt-original-offset', int64(1_207n)],
      ['kafka_dlt-original-timestamp', int64(1_769_508_000_000n)],
      ['kafka_dlt-original-consumer-group', bytes('billing')],
      ['kafka_dlt-exception-fqcn', bytes('java.io.IOException')],
      ['kafka_dlt-exception-message', bytes('no ink')],
    ],
    lines: [/^ {2}group +billing$/m, /^ {2}kafka_dlt-original-partition +0x00000003$/m],
  },
  { family: 'none that is known', headers: [['why', bytes('no ink')]], lines: [/no ink/] },
]

let log: EventLog

before(async () => {
  log = embeddedEventLog({ storage: memoryStorage() })
  await log.admin.createTopics([{ name: TOPIC, partitions: 1, replicationFactor: 1, config: {} }])
})

after(() => log.close())

const parts = () => ({
  catalogue,
  index: memoryDeadLetters(),
  reader: log.admin,
  close: async () => {},
})

for (const { family, headers, lines } of FAMILIES) {
  test(`headers of this family are understood: ${family}`, async () => {
    const value = bytes('{"name":"Minsu"}')
    const [appended] = await log.append([{ topic: TOPIC, key: bytes('42'), value, headers }])
    assert.ok(appended?.ok)
    const line = `show ${TOPIC}/0/${appended.offset}`
    const { out, code } = await dlq({ parts: parts() }, line)
    assert.match(out, new RegExp(`^ {2}family +${family}$`, 'm'))
    if (headers.length > 1) {
      for (const said of ['topic +orders', 'partition +3', 'offset +1207', 'error +no ink']) {
        assert.match(out, new RegExp(`^ {2}${said}$`, 'm'))
      }
    }
    for (const one of lines) assert.match(out, one)
    assert.doesNotMatch(out, /Minsu/)
    assert.equal(code, 0)
    const shown = await dlq({ parts: parts() }, `${line} --payload`)
    assert.match(shown.out, /^ {2}text +\{"name":"Minsu"\}$/m)
  })
}
