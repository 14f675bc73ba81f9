// `npm run law`: old snapshot + events = new, whatever happens between.
import { commandOptions } from '../support/command-options.ts'
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

const options = commandOptions({
  name: 'law',
  does: 'Plays random rounds of four people: an old snapshot and the events are a new snapshot.',
  numbers: {
    rounds: [ROUNDS, 'how many are played'],
    seed: [Date.now() % SEEDS, 'chooses them; the default is another one each time'],
  },
  texts: { path: 'plays on from the round that failed, as it was told' },
  flags: {
    real: `on Kafka, PostgreSQL and Redis; a round takes seconds: ${REAL_ROUNDS} will do`,
    whole: 'looks for no smaller round that fails as well',
    bite: 'breaks the product in a copy, flaw by flaw: the law must find each',
  },
})

if (options.bite) await bite()
else await playRounds()

async function playRounds(): Promise<void> {
  const { path, real, seed } = options
  console.log(`law: seed ${seed}`)
  const playing = {
    rounds: path === undefined ? options.rounds : 1,
    seed,
    path,
    shrinks: !options.whole,
  }
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
