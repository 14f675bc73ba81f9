// What happens in a round: commands of people, and mishaps of the last mile, as data.
import fc from 'fast-check'

/** What people do; a command that is refused changes nothing. */
export const COMMANDS = [
  'befriend',
  'answer',
  'unfriend',
  'block',
  'unblock',
  'open',
  'invite',
  'leave',
  'remove',
  'rename',
  'mute',
  'say',
  'attach',
  'edit',
  'erase',
  'read',
  'notice',
  'profile',
] as const

/** What becomes of events, bells, streams and gateways. */
export const MISHAPS = [
  'hear',
  'settle',
  'bell',
  'disconnect',
  'kill',
  'pass',
  'anew',
  'show',
  'forget',
  'expire',
] as const

export type StepName = (typeof COMMANDS)[number] | (typeof MISHAPS)[number]

/** Who does it, and to what: each number counts round what there is at that time. */
export interface Step {
  readonly do: StepName
  readonly by: number
  readonly at: number
  readonly to: number
}

export interface Round {
  /** Whether all of them are in one group to begin with, and look at it. */
  readonly acquainted: boolean
  /** Decides what the steps leave open: which event is heard first, which bell is lost. */
  readonly seed: number
  readonly steps: readonly Step[]
}

const STEPS_MIN = 5
const STEPS_MAX = 36
const NUMBER_MAX = 31

/** How often a step comes, where not once. */
const WEIGHTS: { readonly [Name in StepName]?: number } = {
  say: 9,
  attach: 2,
  edit: 3,
  erase: 2,
  read: 4,
  open: 2,
  befriend: 4,
  answer: 5,
  unfriend: 5,
  unblock: 4,
  invite: 5,
  leave: 3,
  remove: 2,
  rename: 2,
  notice: 4,
  hear: 14,
  bell: 3,
  disconnect: 3,
  kill: 2,
  forget: 2,
  show: 3,
}

const number = fc.nat(NUMBER_MAX)

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.oneof(
    ...[...COMMANDS, ...MISHAPS].map((name) => ({
      arbitrary: fc.constant(name),
      weight: WEIGHTS[name] ?? 1,
    })),
  ),
  by: number,
  at: number,
  to: number,
})

export const anyRound: fc.Arbitrary<Round> = fc.record({
  // Shrinks to the smaller scene.
  acquainted: fc.oneof(
    { arbitrary: fc.constant(false), weight: 1 },
    fc.constant(true),
    fc.constant(true),
  ),
  seed: fc.nat(),
  steps: fc.array(step, { minLength: STEPS_MIN, maxLength: STEPS_MAX, size: 'max' }),
})

export const isCommand = (name: StepName): name is (typeof COMMANDS)[number] =>
  COMMANDS.some((one) => one === name)

export function textOf({ acquainted, seed, steps }: Round): string {
  const lines = steps.map((one) => `  ${one.do} by ${one.by} at ${one.at} to ${one.to}`)
  return [`  seed ${seed}, ${acquainted ? 'acquainted' : 'strangers'}`, ...lines].join('\n')
}
