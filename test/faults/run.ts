// One run: the stand up, load on it, faults into it, everything healed, the truth read.
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startLoad } from './load/load.ts'
import type { Scheduled } from './nemesis/kind.ts'
import { runNemesis } from './nemesis/nemesis.ts'
import { OPENING_SHARE, openingMsOf, WARM_UP } from './nemesis/schedule.ts'
import { collect } from './records/collect.ts'
import { type History, readHistory } from './records/history.ts'
import { type Journal, openJournal } from './records/journal.ts'
import type { NemesisLine, ProbeLine } from './records/lines.ts'
import { probe } from './records/probe.ts'
import { settled } from './records/settled.ts'
import { openStand, type Stand } from './stand/stand.ts'

export interface RunOptions {
  readonly seed: number
  /** How long there is load. */
  readonly lengthMs: number
  /** Commands a second. */
  readonly rate: number
  readonly schedule: readonly Scheduled[]
  /** How long after the load everything may take to be applied; then the checks say what is not. */
  readonly settleMs?: number
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

const PROGRESS_MS = 60_000

export interface Run {
  readonly history: History
  /** Where it lies; removed by `forget`. */
  readonly folder: string
  forget(): void
}

export async function run(options: RunOptions): Promise<Run> {
  const { say, signal } = options
  const deaths = openDeaths()
  const stand = await openStand({ say, signal, onDeath: deaths.note })
  try {
    const journal = openJournal<NemesisLine>(join(stand.historyFolder, 'nemesis.jsonl'))
    deaths.into(journal)
    await underLoad(options, stand, journal)
    await Promise.all(stand.crew.map((member) => member.stop()))
    say('reading the truth ...')
    const truth = await collect(stand)
    say('checking ...')
    const { historyFolder: folder, forget } = stand
    return { history: readHistory(folder, truth), folder, forget }
  } finally {
    await stand.close()
    if (signal.aborted) stand.forget()
  }
}

/** Resolves when the load is over, every fault is healed and what was accepted is applied. */
async function underLoad(
  { seed, rate, lengthMs, schedule, settleMs, signal, say }: RunOptions,
  stand: Stand,
  journal: Journal<NemesisLine>,
): Promise<void> {
  const { historyFolder, crew } = stand
  const hostsOf = (role: string) =>
    crew.filter((one) => one.roles.includes(role)).map(({ name, port }) => ({ name, port }))
  say('people and rooms ...')
  const hosts = { apis: hostsOf('api'), gateways: hostsOf('gateway') }
  const load = await startLoad({ ...hosts, historyFolder, seed }, stand.ledger)
  const looking = new AbortController()
  const probes = openJournal<ProbeLine>(join(historyFolder, 'probes.jsonl'))
  const looked = probe(stand, probes, looking.signal)
  const progress = () => say(`${load.state.accepted} commands accepted`)
  const telling = setInterval(progress, PROGRESS_MS)
  try {
    for (const { ms, share } of WARM_UP) {
      load.order({ say: 'rate', perSecond: rate * share })
      await delay(ms, undefined, { signal })
    }
    say(`load: ${rate} commands/s for ${lengthMs / 1_000} s, ${schedule.length} faults`)
    const openingMs = openingMsOf(lengthMs)
    if (openingMs > 0) load.order({ say: 'rate', perSecond: rate * OPENING_SHARE })
    const opened = delay(openingMs, undefined, { signal }).then(
      () => load.order({ say: 'rate', perSecond: rate }),
      () => {},
    )
    const overMs = performance.now() + lengthMs
    // Also after an interruption everything is healed before anything is closed.
    await runNemesis({ stand, load, journal }, schedule, signal)
    await opened
    signal.throwIfAborted()
    await delay(Math.max(0, overMs - performance.now()), undefined, { signal })
    await load.stop()
    say(`healed; ${load.state.accepted} commands accepted`)
    if (!(await settled(stand, load, settleMs))) say('not everything was applied in time')
  } finally {
    clearInterval(telling)
    load.close()
    looking.abort()
    await looked
  }
}

/** Processes may end by themselves before there is anything to write that into. */
function openDeaths() {
  const early: string[] = []
  let note: (name: string) => void = (name) => void early.push(name)
  return {
    note: (name: string) => note(name),
    into(journal: Journal<NemesisLine>): void {
      note = (name) => journal.note({ is: 'died', name })
      for (const name of early.splice(0)) note(name)
    },
  }
}
