// Plays rounds of the law: whatever happens, old snapshot + events = new snapshot.
import fc from 'fast-check'
import { type Cast, castOf, closeAll, type Heard } from './cast.ts'
import { acquaint, command } from './commands.ts'
import { mishap } from './mishaps.ts'
import { settle } from './settle.ts'
import { anyRound, isCommand, type Round, type Step, textOf } from './steps.ts'
import type { World } from './world.ts'

export interface Played {
  readonly rounds: number
  /** What was found in the smallest round that fails, and how to play it again. */
  readonly differences: readonly string[]
  /** How often each type of news was applied, and snapshots were taken. */
  readonly heard: Heard
}

export interface Playing {
  readonly rounds: number
  readonly seed: number
  /** Of a round that failed, as it was told. */
  readonly path?: string | undefined
  /** Whether a smaller round is looked for that shows the difference too. */
  readonly shrinks: boolean
}

const ACTORS = 4
/** Of so many acquainted rounds one begins with a large room, the others with one that may grow. */
const WHOLE_OF = 2
/** After that the smallest round so far is told. */
const SHRINK_MS_MAX = 60_000

/** Plays rounds until one shows a difference. */
export async function play(
  world: World,
  { rounds, seed, path, shrinks }: Playing,
): Promise<Played> {
  const heard: Heard = new Map()
  let deadline = Number.POSITIVE_INFINITY
  const property = fc.asyncProperty(anyRound, async (round) => {
    if (Date.now() > deadline) return
    const differences = await playRound(world, round, heard)
    if (differences.length === 0) return
    deadline = Math.min(deadline, Date.now() + SHRINK_MS_MAX)
    throw new Error(differences.join('\n'))
  })
  const result = await fc.check(property, {
    numRuns: rounds,
    seed,
    endOnFailure: !shrinks,
    ...(path !== undefined && { path }),
  })
  if (!result.failed) return { rounds: result.numRuns, differences: [], heard }
  const [round] = result.counterexample ?? []
  const again = `npm run law -- --seed ${result.seed} --path ${result.counterexamplePath}`
  const steps = round === undefined ? '' : textOf(round)
  const difference = [steps, String(result.errorInstance), `Again: ${again}`].join('\n')
  return { rounds: result.numRuns, differences: [difference], heard }
}

async function playRound(world: World, round: Round, heard: Heard): Promise<string[]> {
  const { acquainted, seed, steps } = round
  await world.begin(seed)
  const cast = castOf(await world.newcomers(ACTORS), heard)
  try {
    if (acquainted) await acquaint(cast, seed % WHOLE_OF === 0)
    for (const together of inTurn(steps, world.commandsAtOnce)) {
      const differences = await Promise.all(together.map((step) => take(world, cast, step)))
      if (differences.flat().length > 0) return differences.flat()
    }
    return await settle(world, cast)
  } finally {
    closeAll(cast)
    await world.end()
  }
}

/** Commands that follow each other are under way together, so many at a time; mishaps are alone. */
function inTurn(steps: readonly Step[], commandsAtOnce: number): Step[][] {
  const turns: Step[][] = []
  for (const step of steps) {
    const last = turns.at(-1) ?? []
    const areCommands = [...last, step].every((one) => isCommand(one.do))
    if (areCommands && last.length > 0 && last.length < commandsAtOnce) last.push(step)
    else turns.push([step])
  }
  return turns
}

async function take(world: World, cast: Cast, step: Step): Promise<string[]> {
  if (!isCommand(step.do)) return mishap(step.do, world, cast, step)
  await command(step.do, cast, step)
  return []
}
