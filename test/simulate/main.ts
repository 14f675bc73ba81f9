// `npm run simulate`: the promises in virtual time, by seeds.
import { failureText } from 'sosik/testing'
import { commandOptions } from '../support/command-options.ts'
import { bite } from './bite.ts'
import { rangesOf, runRanges } from './pool.ts'
import { runSceneOf, STATES } from './scenes.ts'

/** From here on a run must have come through every rare state. */
const SEEDS_OF_A_FULL_RUN = 2_000
const FAILURES_SHOWN_MAX = 3
const SEEDS_NAMED_MAX = 30

const options = commandOptions({
  name: 'simulate',
  does: 'Runs producers, consumers and faults in virtual time, and checks the promises.',
  numbers: {
    seeds: [SEEDS_OF_A_FULL_RUN, 'how many are run'],
    from: [1, 'the first of them'],
    seed: [0, 'tells all that this one does, and runs no other'],
  },
  flags: { bite: 'breaks a promise at a time: the simulator must find each' },
})

if (options.bite) await bite()
else if (options.seed > 0) await showSeed(options.seed)
else await runSeeds(options.from, options.seeds)

async function runSeeds(from: number, seeds: number): Promise<void> {
  const reached = new Map<string, number>(STATES.map((state) => [state, 0]))
  const failed: number[] = []
  await runRanges(rangesOf({ from, to: from + seeds }), (batch) => {
    for (const [state, count] of batch.reached)
      reached.set(state, (reached.get(state) ?? 0) + count)
    for (const result of batch.failed) {
      if (failed.length < FAILURES_SHOWN_MAX) console.log(`${failureText(result)}\n`)
      failed.push(result.seed)
    }
  })
  for (const [state, count] of reached) console.log(`${String(count).padStart(8)}  ${state}`)
  const never = STATES.filter((state) => reached.get(state) === 0)
  const isShallow = seeds >= SEEDS_OF_A_FULL_RUN && never.length > 0
  if (isShallow) console.log(`Never reached: ${never.join(', ')}.`)
  for (const seed of failed.slice(0, SEEDS_NAMED_MAX)) console.log(howToRunAgain(seed))
  if (failed.length > 0 || isShallow) process.exitCode = 1
  console.log(`simulate: ${seeds} seeds, ${failed.length} violations`)
}

function howToRunAgain(seed: number): string {
  const command = 'npm run simulate --'
  const again = `${command} --from ${seed} --seeds 1`
  return `Seed ${seed} failed: ${again} (all it did: ${command} --seed ${seed})`
}

async function showSeed(seed: number): Promise<void> {
  const { history, hash, violations } = await runSceneOf(seed)
  for (const line of history) console.log(line)
  console.log(`history ${hash}`)
  if (violations.length > 0) process.exitCode = 1
  for (const violation of violations) console.log(`violated: ${violation}`)
  console.log(`simulate: 1 seeds, ${violations.length === 0 ? 0 : 1} violations`)
}
