// The command line of a run of faults.
import { parseArgs } from 'node:util'
import { numberOption } from '../support/number-option.ts'
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

export const USAGE = `
npm run faults -- [OPTIONS]            one run; its history is kept on a violation
npm run faults:campaign -- --hours N   one run after the other, each with a seed of its own

  --seed N       chooses load and faults; a new one each time when left out
  --minutes N    how long there is load (6.38; 20 in a campaign)
  --rate N       commands a second (160)
  --only KIND    only faults of this kind; repeat for several:
                 ${KINDS.map((kind) => kind.name).join(' ')}`

const MINUTES = 6.38
const CAMPAIGN_MINUTES = 20
const RATE = 160
const SEEDS = 1_000_000

/** `help` instead of options when that is what was asked for. Throws a sentence that helps. */
export function readOptions(args: readonly string[], nowMs: number): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string' },
      rate: { type: 'string' },
      hours: { type: 'string' },
      only: { type: 'string', multiple: true },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const minutes = values.hours === undefined ? MINUTES : CAMPAIGN_MINUTES
  return {
    seed: numberOption('seed', values.seed, nowMs % SEEDS),
    lengthMs: numberOption('minutes', values.minutes, minutes) * 60_000,
    rate: numberOption('rate', values.rate, RATE),
    hours: numberOption('hours', values.hours, 0),
    kinds: values.only === undefined ? KINDS : values.only.map(kindOf),
  }
}
