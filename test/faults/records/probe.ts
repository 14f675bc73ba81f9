// Looks at the run while it goes on: committed offsets, the outbox's backlog, what processes hold.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { messenger } from '@sosik/contract/catalogue'
import type { Stand } from '../stand/stand.ts'
import type { Journal } from './journal.ts'
import type { ProbeLine } from './lines.ts'

const LOOK_MS = 500
/** Committed offsets and processes are looked at every so many looks. */
const LOOKS_A_ROUND = 4
const PAGE_BYTES = 4_096
const RESIDENT_FIELD = 1

/** Looks until the signal is aborted; what does not answer now is looked at again later. */
export async function probe(
  stand: Stand,
  journal: Journal<ProbeLine>,
  signal: AbortSignal,
): Promise<void> {
  for (let looks = 0; !signal.aborted; looks += 1) {
    await backlog(stand, journal).catch(() => {})
    if (looks % LOOKS_A_ROUND === 0) {
      await committed(stand, journal).catch(() => {})
      processes(stand, journal)
    }
    await delay(LOOK_MS, undefined, { signal }).catch(() => {})
  }
}

async function backlog({ database }: Stand, journal: Journal<ProbeLine>): Promise<void> {
  const [row] = await database.query<{ unsent: number; written: number }>(
    `select (select count(*) from outbox where sent_at is null) as unsent,
       (select coalesce(max(id), 0) from outbox) as written`,
  )
  if (row !== undefined) journal.note({ is: 'backlog', ...row })
}

async function committed({ log }: Stand, journal: Journal<ProbeLine>): Promise<void> {
  for (const { name: group, topics } of messenger.groups) {
    const names = topics.map((topic) => topic.name)
    for (const { topic, partition, offset } of await log.admin.committed(group, names)) {
      journal.note({ is: 'committed', group, topic, partition, offset: Number(offset) })
    }
  }
}

function processes({ crew }: Stand, journal: Journal<ProbeLine>): void {
  for (const { name, pid } of crew) {
    if (pid === undefined) continue
    try {
      const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[RESIDENT_FIELD]
      const memoryBytes = Number(pages) * PAGE_BYTES
      const descriptors = readdirSync(`/proc/${pid}/fd`).length
      journal.note({ is: 'process', name, memoryBytes, descriptors })
    } catch {
      // It has ended since.
    }
  }
}
