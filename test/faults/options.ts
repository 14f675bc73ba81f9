// The command line of a run of faults.
import { commandOptions } from '../support/command-options.ts'
import { KINDS, kindOf } from './nemesis/kinds.ts'
import type { FaultKind } from './nemesis/kind.ts'

export interface Options {
  readonly seed: number
  readonly lengthMs: number
  readonly rate: number
  readonly kinds: readonly FaultKind[]
  /** Only of a campaign. */
  readonly hours: number
}

const MINUTES = 6.38
const CAMPAIGN_MINUTES = 20
const RATE = 160
const SEEDS = 1_000_000

export function readOptions(): Options {
  const { seed, minutes, rate, hours, only } = commandOptions({
    name: 'faults',
    does: 'Load and faults on the real thing; the history is kept on a violation.',
    numbers: {
      seed: [Date.now() % SEEDS, 'chooses load and faults; the default is another one each time'],
      minutes: [0, `how long there is load: ${MINUTES}, and ${CAMPAIGN_MINUTES} in a campaign`],
      rate: [RATE, 'commands a second'],
      hours: [0, 'a campaign: one run after the other, each with a seed of its own'],
    },
    lists: { only: [KINDS.map(({ name }) => name), 'only faults of these kinds'] },
  })
  const ownMinutes = hours > 0 ? CAMPAIGN_MINUTES : MINUTES
  return {
    seed,
    lengthMs: (minutes > 0 ? minutes : ownMinutes) * 60_000,
    rate,
    hours,
    kinds: only?.map(kindOf) ?? KINDS,
  }
}
