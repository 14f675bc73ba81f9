// `npm run simulate [-- --seeds N --from N | --seed N | --bite]`: the promises in virtual time.
import { parseArgs } from 'node:util'
import { failureText } from 'sosik/testing'
import { type Range, runBatch } from './batch.ts'
import { FLAWS } from './flaws.ts'
import { runRanges } from './pool.ts'
import { runSceneOf, STATES } from './scenes.ts'

/** From here on a run must have come through every rare state. */
const SEEDS_OF_A_FULL_RUN = 2_000
const SEEDS_A_RANGE = 50
const FAILURES_SHOWN_MAX = 3

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: String(SEEDS_OF_A_FULL_RUN) },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    bite: { type: 'boolean', default: false },
  },
})

if (values.bite) await bite()
else if (values.seed !== undefined) await showSeed(Number(values.seed))
else await runSeeds(Number(values.from), Number(values.seeds))

async function runSeeds(from: number, seeds: number): Promise<void> {
  const reached = new Map<string, number>(STATES.map((state) => [state, 0]))
  const failed: number[] = []
  await runRanges(rangesOf(from, seeds), (batch) => {
    for (const [state, count] of batch.reached)
      reached.set(state, (reached.get(state) ?? 0) + count)
    for (const result of batch.failed) {
      if (failed.length < FAILURES_SHOWN_MAX) console.log(failureText(result))
      failed.push(result.seed)
    }
  })
  for (const [state, count] of reached) console.log(`${String(count).padStart(8)}  ${state}`)
  const never = STATES.filter((state) => reached.get(state) === 0)
  const isShallow = seeds >= SEEDS_OF_A_FULL_RUN && never.length > 0
  if (isShallow) console.log(`Never reached: ${never.join(', ')}.`)
  if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}.`)
  if (failed.length > 0 || isShallow) process.exitCode = 1
  console.log(`simulate: ${seeds} seeds, ${failed.length} violations`)
}

async function showSeed(seed: number): Promise<void> {
  const { history, hash, violations } = await runSceneOf(seed)
  for (const line of history) console.log(line)
  console.log(`history ${hash}`)
  if (violations.length > 0) process.exitCode = 1
  for (const violation of violations) console.log(`violated: ${violation}`)
  console.log(`simulate: 1 seeds, ${violations.length === 0 ? 0 : 1} violations`)
}

/** Each flaw must be found, and the product as it is must not be taken for flawed. */
async function bite(): Promise<void> {
  let caught = 0
  for (const { name, seedsMax } of FLAWS) {
    const { failed, seeds } = await runBatch({ from: 1, to: 1 + seedsMax, flaw: name })
    const found = failed[0]
    if (found) caught += 1
    const how = found ? `seed ${found.seed}: ${found.violations[0]}` : `not in ${seeds} seeds`
    console.log(`${found ? 'caught' : 'MISSED'}  ${name}: ${how}`)
  }
  if (caught < FLAWS.length) process.exitCode = 1
  console.log(`bite: ${caught} of ${FLAWS.length} caught`)
}

function rangesOf(from: number, seeds: number): Range[] {
  const count = Math.ceil(seeds / SEEDS_A_RANGE)
  return Array.from({ length: count }, (_, at) => {
    const start = from + at * SEEDS_A_RANGE
    return { from: start, to: Math.min(start + SEEDS_A_RANGE, from + seeds) }
  })
}
