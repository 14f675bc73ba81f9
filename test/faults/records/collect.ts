// Collects the truth of a run that has come to rest, and keeps it beside the history.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stand } from '../stand/stand.ts'
import { readDatabase } from './database-truth.ts'
import { countByJava, readTopics } from './topic-truth.ts'
import type { Truth } from './truth.ts'

export async function collect(stand: Stand): Promise<Truth> {
  const countedByJava = countByJava(stand.cluster.env.KAFKA_BROKERS)
  const truth: Truth = {
    ...(await readDatabase(stand.database)),
    ...(await readTopics(stand.log)),
    countedByJava: await countedByJava,
  }
  for (const [name, rows] of Object.entries(truth)) {
    const lines = Array.isArray(rows) ? rows : [rows]
    const text = lines.map((row) => `${JSON.stringify(row)}\n`).join('')
    writeFileSync(join(stand.historyFolder, `truth-${name}.jsonl`), text)
  }
  return truth
}
