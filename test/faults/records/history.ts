// The history of a run as the checks read it: all that was written down, and the truth at the end.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readJournal } from './journal.ts'
import type { CommandLine, NemesisLine, ProbeLine, Stamp, StreamLine, WorkerLine } from './lines.ts'
import type { Truth } from './truth.ts'

export interface History {
  readonly commands: readonly (CommandLine & Stamp)[]
  readonly streams: readonly (StreamLine & Stamp)[]
  /** Of all workers, in the order of time; `writer` is the process and its life. */
  readonly workers: readonly (WorkerLine & Stamp & { readonly writer: string })[]
  readonly nemesis: readonly (NemesisLine & Stamp)[]
  readonly probes: readonly (ProbeLine & Stamp)[]
  readonly truth: Truth
}

const WORKER_PREFIX = 'worker-'
const SUFFIX = '.jsonl'

export function readHistory(folder: string, truth: Truth): History {
  const workers = readdirSync(folder)
    .filter((name) => name.startsWith(WORKER_PREFIX))
    .flatMap((name) => {
      const writer = name.slice(WORKER_PREFIX.length, -SUFFIX.length)
      return readJournal<WorkerLine>(join(folder, name)).map((line) => ({ ...line, writer }))
    })
  return {
    commands: readJournal<CommandLine>(join(folder, 'commands.jsonl')),
    streams: readJournal<StreamLine>(join(folder, 'streams.jsonl')),
    workers: workers.sort((left, right) => left.atUs - right.atUs),
    nemesis: readJournal<NemesisLine>(join(folder, 'nemesis.jsonl')),
    probes: readJournal<ProbeLine>(join(folder, 'probes.jsonl')),
    truth,
  }
}
