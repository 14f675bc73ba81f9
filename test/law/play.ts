// Plays rounds of the law: whatever happens, old snapshot + events = new snapshot.
import fc from 'fast-check'
import type { Cast } from './cast.ts'
import { command } from './commands.ts'
import { anyRound, isCommand, type Round, textOf } from './steps.ts'
import type { World } from './world.ts'

export interface Played {
  readonly rounds: number
  /** What was found in the smallest round that fails, and how to play it again. */
  readonly difference: string | undefined
}

export interface Playing {
  readonly rounds: number
  readonly seed: number
  /** Of a round that failed, as it was told. */
  readonly path?: string | undefined
}

/** Plays rounds until one shows a difference; then finds a smaller one that shows it too. */
export async function play(world: World, { rounds, seed, path }: Playing): Promise<Played> {
  const property = fc.asyncProperty(anyRound, async (round) => {
    const differences = await playRound(world, round)
    if (differences.length > 0) throw new Error(differences.join('\n'))
  })
  const result = await fc.check(property, {
    numRuns: rounds,
    seed,
    ...(path !== undefined && { path, endOnFailure: true }),
  })
  if (!result.failed) return { rounds: result.numRuns, difference: undefined }
  const [round] = result.counterexample ?? []
  const again = `npm run law -- --seed ${result.seed} --path ${result.counterexamplePath}`
  const steps = round === undefined ? '' : textOf(round)
  const difference = [steps, String(result.errorInstance), `Again: ${again}`].join('\n')
  return { rounds: result.numRuns, difference }
}

async function playRound(world: World, { seed, steps }: Round): Promise<string[]> {
  world.begin(seed)
  const cast: Cast = await world.people()
  try {
    for (const step of steps) {
      if (isCommand(step.do)) await command(step.do, cast, step)
      else {
        const differences = await world.mishap(step.do, cast, step)
        if (differences.length > 0) return differences
      }
    }
    return await world.settle(cast)
  } finally {
    await world.end(cast)
  }
}
