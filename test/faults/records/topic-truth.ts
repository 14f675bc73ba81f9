// The log's truth: every record of every topic from offset 0, through our own client and Java's.
import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { kafkaClassPath } from '@sosik/cli/cluster'
import { messenger } from '@sosik/contract/catalogue'
import type { EventLog, LogRecord } from 'sosik'
import type { DeadLetterRow, RecordRow, Truth } from './truth.ts'

type TopicTruth = Pick<Truth, 'records' | 'deadLetters' | 'positions'>

const TOPICS = messenger.topics.map((topic) => topic.name)
const DEAD_LETTER_TOPICS = messenger.topics.map((topic) => topic.deadLetterTopic)

export async function readTopics(log: EventLog): Promise<TopicTruth> {
  const records: RecordRow[] = []
  const deadLetters: DeadLetterRow[] = []
  for (const topic of TOPICS) {
    for await (const record of recordsOf(log, topic)) records.push(recordRow(record))
  }
  for (const topic of DEAD_LETTER_TOPICS) {
    for await (const record of recordsOf(log, topic)) deadLetters.push(deadLetterRow(record))
  }
  return { records, deadLetters, positions: await positionsOf(log) }
}

async function* recordsOf(log: EventLog, topic: string): AsyncGenerator<LogRecord> {
  for (const { partition, offset: end } of await log.admin.offsets(topic, 'latest')) {
    yield* log.admin.read({ topic, partition }, 0n, end)
  }
}

export async function positionsOf(log: EventLog): Promise<Truth['positions']> {
  const ends = new Map<string, number>()
  for (const topic of TOPICS) {
    for (const { partition, offset } of await log.admin.offsets(topic, 'latest')) {
      ends.set(`${topic}/${partition}`, Number(offset))
    }
  }
  const rows = await Promise.all(
    messenger.groups.map(async ({ name: group, topics }) => {
      const names = topics.map((topic) => topic.name)
      const committed = new Map(
        (await log.admin.committed(group, names)).map((one) => [
          `${one.topic}/${one.partition}`,
          Number(one.offset),
        ]),
      )
      return topics.flatMap(({ name: topic, partitions }) =>
        Array.from({ length: partitions }, (_, partition) => {
          const place = `${topic}/${partition}`
          const position = { committed: committed.get(place) ?? 0, end: ends.get(place) ?? 0 }
          return { group, topic, partition, ...position }
        }),
      )
    }),
  )
  return rows.flat()
}

function recordRow(record: LogRecord): RecordRow {
  const headers = new Map(record.headers.map(([name, value]) => [name, text(value)]))
  return {
    topic: record.topic,
    partition: record.partition,
    offset: Number(record.offset),
    key: text(record.key),
    eventId: headers.get('ce_id'),
    type: headers.get('ce_type'),
    hash: createHash('md5')
      .update(record.value ?? '')
      .digest('hex'),
  }
}

function deadLetterRow(record: LogRecord): DeadLetterRow {
  const letter = JSON.parse(text(record.value)) as Record<string, string | number>
  return {
    topic: String(letter.original_topic),
    partition: Number(letter.original_partition),
    offset: Number(letter.original_offset),
    group: String(letter.consumer_group),
    eventId: String(letter.event_id),
    errorCode: String(letter.error_code),
    attempts: Number(letter.attempts),
  }
}

const text = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString()

const CONSOLE_CONSUMER = 'org.apache.kafka.tools.consumer.ConsoleConsumer'
/** It ends when nothing has come for so long. */
const SILENCE_MS = '4000'

/** How many records Java's console consumer finds in all topics; it knows nothing of us. */
export async function countByJava(brokers: string): Promise<number> {
  const classPath = kafkaClassPath(join(homedir(), '.cache', 'sosik'))
  const child = spawn('java', ['-cp', classPath, CONSOLE_CONSUMER, ...wordsFor(brokers)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let count = 0
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('Offset:')) count += 1
  })
  await once(child, 'close')
  return count
}

function wordsFor(brokers: string): string[] {
  const topics = [...TOPICS, ...DEAD_LETTER_TOPICS].map((name) => name.replaceAll('.', '\\.'))
  const words = `--bootstrap-server ${brokers} --include ${topics.join('|')} --from-beginning
    --timeout-ms ${SILENCE_MS} --property print.value=false --property print.offset=true`
  return words.split(/\s+/)
}
