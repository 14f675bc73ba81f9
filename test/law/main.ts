// `npm run law [-- --rounds N --seed N --path P]`: old snapshot + events = new snapshot, always.
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { Played, Playing } from './play.ts'

const ROUNDS = 1_000
const ROUNDS_AT_ONCE = 50
const THREADS_MAX = 2
const SEEDS = 1_000_000_000

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: String(ROUNDS) },
    seed: { type: 'string', default: String(Date.now() % SEEDS) },
    path: { type: 'string' },
  },
})
const { path } = values
const [rounds, seed] = [Number(values.rounds), Number(values.seed)]
console.log(`law: seed ${seed}`)
const batches = Array.from({ length: Math.ceil(rounds / ROUNDS_AT_ONCE) }, (_, at): Playing => {
  const left = rounds - at * ROUNDS_AT_ONCE
  return { rounds: Math.min(left, ROUNDS_AT_ONCE), seed: seed + at, path }
})
const queue = (path === undefined ? batches : batches.slice(0, 1)).values()
const played: Played[] = []
await Promise.all(
  Array.from({ length: Math.min(THREADS_MAX, availableParallelism()) }, workThrough),
)
const found = played.flatMap(({ difference }) => difference ?? [])
for (const difference of found) console.log(difference)
if (found.length > 0 || played.length === 0) process.exitCode = 1
const total = played.reduce((sum, one) => sum + one.rounds, 0)
console.log(`law: ${total} rounds, ${found.length} differences`)

async function workThrough(): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url))
  try {
    for (const playing of queue) {
      worker.postMessage(playing)
      const [result] = (await once(worker, 'message')) as [Played]
      played.push(result)
    }
  } finally {
    await worker.terminate()
  }
}
