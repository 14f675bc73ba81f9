// `npm run law [-- --rounds N --seed N --path P | --real | --bite]`: old snapshot + events = new.
import { parseArgs } from 'node:util'
import { numberOption } from '../support/number-option.ts'
import { withFolder } from '../support/parts.ts'
import { bite } from './bite.ts'
import { play } from './play.ts'
import { playAll } from './pool.ts'
import { realWorld } from './real-world.ts'
import { untold } from './told.ts'
import type { World } from './world.ts'

const ROUNDS = 1_000
/** Of real parts, which are started, killed and waited for. */
const REAL_ROUNDS = 20
/** From here on a run must have told every type of news. */
const ROUNDS_OF_A_FULL_RUN = 500
const SEEDS = 1_000_000_000

const { values } = parseArgs({
  allowNegative: true,
  options: {
    rounds: { type: 'string' },
    real: { type: 'boolean', default: false },
    seed: { type: 'string' },
    path: { type: 'string' },
    shrink: { type: 'boolean', default: true },
    bite: { type: 'boolean', default: false },
  },
})

if (values.bite) await bite()
else await playRounds()

async function playRounds(): Promise<void> {
  const { path, real } = values
  const seed = numberOption('seed', values.seed, Date.now() % SEEDS)
  const wanted = numberOption('rounds', values.rounds, real ? REAL_ROUNDS : ROUNDS)
  console.log(`law: seed ${seed}`)
  const playing = { rounds: path === undefined ? wanted : 1, seed, path, shrinks: values.shrink }
  // On real parts a round never comes again exactly: a smaller one would prove nothing.
  const played = real
    ? await withRealWorld((world) => play(world, { ...playing, shrinks: false }))
    : await playAll(playing)
  const { rounds, differences, heard } = played
  for (const [type, count] of [...heard].sort(([, a], [, b]) => b - a)) {
    console.log(`${String(count).padStart(8)}  ${type}`)
  }
  const missing = rounds < ROUNDS_OF_A_FULL_RUN ? [] : untold(heard)
  if (missing.length > 0) console.log(`Never told: ${missing.join(', ')}.`)
  for (const difference of differences) console.log(difference)
  if (differences.length + missing.length > 0 || rounds === 0) process.exitCode = 1
  console.log(`law: ${rounds} rounds, ${differences.length} differences`)
}

function withRealWorld<Answer>(use: (world: World) => Promise<Answer>): Promise<Answer> {
  return withFolder(async (folder) => {
    const world = await realWorld(folder, console.log)
    try {
      return await use(world)
    } finally {
      await world.close()
    }
  })
}
