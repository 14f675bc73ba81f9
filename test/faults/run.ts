// One run: the stand up, load on it, faults into it, everything healed, the truth read.
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startLoad } from './load/load.ts'
import type { Scheduled } from './nemesis/kind.ts'
import { runNemesis } from './nemesis/nemesis.ts'
import { collect } from './records/collect.ts'
import { type History, readHistory } from './records/history.ts'
import { openJournal } from './records/journal.ts'
import type { NemesisLine, ProbeLine } from './records/lines.ts'
import { probe } from './records/probe.ts'
import { settled } from './records/settled.ts'
import { openStand } from './stand/stand.ts'

export interface RunOptions {
  readonly seed: number
  /** How long there is load. */
  readonly lengthMs: number
  /** Commands a second. */
  readonly rate: number
  readonly schedule: readonly Scheduled[]
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

export interface Run {
  readonly history: History
  /** Where it lies; removed by `forget`. */
  readonly folder: string
  forget(): void
}

export async function run(options: RunOptions): Promise<Run> {
  const { seed, lengthMs, rate, schedule, signal, say } = options
  const deaths: string[] = []
  let noteDeath: (name: string) => void = (name) => void deaths.push(name)
  const stand = await openStand({ say, signal, onDeath: (name) => noteDeath(name) })
  try {
    const folder = stand.historyFolder
    const journal = openJournal<NemesisLine>(join(folder, 'nemesis.jsonl'))
    noteDeath = (name) => journal.note({ is: 'died', name })
    for (const name of deaths) noteDeath(name)
    const hostsOf = (role: string) =>
      stand.crew.filter((one) => one.roles.includes(role)).map(({ name, port }) => ({ name, port }))
    say('people and rooms ...')
    const start = {
      apis: hostsOf('api'),
      gateways: hostsOf('gateway'),
      historyFolder: folder,
      seed,
    }
    const load = await startLoad(start, stand.ledger)
    const looking = new AbortController()
    const looked = probe(
      stand,
      openJournal<ProbeLine>(join(folder, 'probes.jsonl')),
      looking.signal,
    )

    say(`load: ${rate} commands/s for ${lengthMs / 1_000} s, ${schedule.length} faults`)
    load.order({ say: 'rate', perSecond: rate })
    await Promise.all([
      delay(lengthMs, undefined, { signal }),
      runNemesis({ stand, load, journal }, schedule, signal),
    ])
    signal.throwIfAborted()
    await load.stop()
    say(`healed; ${load.state.accepted} commands accepted`)
    const isSettled = await settled(stand, load)
    if (!isSettled) say('not everything was applied in time')
    load.close()
    looking.abort()
    await looked
    await Promise.all(stand.crew.map((member) => member.stop()))
    say('reading the truth ...')
    const truth = await collect(stand)
    return { history: readHistory(folder, truth), folder, forget: stand.forget }
  } finally {
    await stand.close()
  }
}
