// The process that `disk.test.ts` kills: appends and commits for ever, prints what is acknowledged.
import type { NewRecord } from '../log/log.ts'
import { diskStorage } from './disk.ts'
import { embeddedEventLog } from './embedded-event-log.ts'

const WRITERS = 4
const BATCH_RECORDS_MAX = 50
const PARTITIONS = 3

const [folder = '', name = ''] = process.argv.slice(2)
const log = embeddedEventLog({ storage: diskStorage(folder) })
const topic = { name: 'load', partitions: PARTITIONS, replicationFactor: 1, config: {} }
await log.admin.createTopics([topic])
await Promise.all([...Array.from({ length: WRITERS }, (_, writer) => append(writer)), commit()])

async function append(writer: number): Promise<never> {
  for (let call = 0; ; call += 1) {
    const values = Array.from(
      { length: 1 + ((call * 7 + writer) % BATCH_RECORDS_MAX) },
      (_, at) => `${name}:${writer}:${call}:${at}`,
    )
    const results = await log.append(values.map(recordOf))
    const lines = results.map((result, at) => {
      if (!result.ok) throw result.error
      return `acknowledged ${result.partition}/${result.offset} ${values[at]}\n`
    })
    process.stdout.write(lines.join(''))
  }
}

async function commit(): Promise<never> {
  const [before] = await log.admin.committed('load-group', ['load'])
  for (let offset = (before?.offset ?? 0n) + 1n; ; offset += 1n) {
    await log.admin.alterCommitted('load-group', [{ topic: 'load', partition: 0, offset }])
    process.stdout.write(`committed ${offset}\n`)
  }
}

function recordOf(value: string, at: number): NewRecord {
  const headers: NewRecord['headers'] = [['at', Buffer.from(String(at))]]
  return { topic: 'load', key: Buffer.from(value), value: Buffer.from(value), headers }
}
