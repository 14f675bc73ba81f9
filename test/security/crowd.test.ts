// 2: two hundred sign in at once: some wait, the others are told to come again, messages go on.
import assert from 'node:assert/strict'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { type Product, type Somebody, startProduct } from './product.ts'
import { group, say } from './talk.ts'

const CROWD = 200
/** Two hashes at a time at most, 64 that wait, and some that come when there is room again. */
const REFUSED_MIN = 100
const REFUSED_MS_MAX = 50
/** Half of it where the machine does nothing else; a hash on the loop itself takes as long. */
const LOOP_DELAY_MS_MAX = 200
const GROWN_BYTES_MAX = 200_000_000
/** In the middle. Two processors hash and serve; behind hashes it would be twenty times as long. */
const SLOWER_MAX = 4
const ROUNDS_MAX = 3
const QUIET_MS = 1_000
const MESSAGE_PAUSE_MS = 5

let product: Product
let somebody: Somebody
let room: number

before(async () => {
  product = await startProduct()
  somebody = await product.somebody()
  room = await group(product, somebody, await product.somebody())
})

after(() => product.stop())

test('2 a crowd that signs in holds up neither messages nor itself', async () => {
  // What the crowd does it does each time; what else the machine does is not in all of them.
  let faults = await comeAtOnce()
  for (let again = 1; again < ROUNDS_MAX && faults.length > 0; again += 1) {
    faults = await comeAtOnce()
  }
  assert.deepEqual(faults, [])
})

/** Answers what was held up, and for how long. */
async function comeAtOnce(): Promise<string[]> {
  const usually = await messageMs(delay(QUIET_MS))
  const [rssBefore, linesBefore] = [process.memoryUsage().rss, product.lines.length]
  const loop = monitorEventLoopDelay({ resolution: 5 })
  loop.enable()
  const crowd = Promise.all(Array.from({ length: CROWD }, signIn))
  const meanwhile = await messageMs(crowd)
  loop.disable()
  const statuses = await crowd
  const grown = process.memoryUsage().rss - rssBefore

  const served = statuses.filter((status) => status === 401).length
  const refused = statuses.filter((status) => status === 503).length
  assert.equal(served + refused, CROWD)
  assert.ok(served > 1 && refused >= REFUSED_MIN, `${served} served, ${refused} refused`)
  assert.ok(grown < GROWN_BYTES_MAX, `${grown} bytes more`)
  const refusedMs = product.lines.slice(linesBefore).flatMap((line) => {
    const { status, elapsedMs } = JSON.parse(line) as { status?: number; elapsedMs?: number }
    return status === 503 && elapsedMs !== undefined ? [elapsedMs] : []
  })
  assert.equal(refusedMs.length, refused)
  const figures: [what: string, figure: number, most: number][] = [
    ['ms until the last refusal', Math.max(...refusedMs), REFUSED_MS_MAX],
    ['ms that the event loop is late', loop.percentile(99) / 1e6, LOOP_DELAY_MS_MAX],
    ['times as long for a message', meanwhile / usually, SLOWER_MAX],
  ]
  return figures
    .filter(([, figure, most]) => figure > most)
    .map(([what, figure]) => `${figure.toFixed(2)} ${what}`)
}

let signIns = 0

async function signIn(): Promise<number> {
  const body = { username: `nobody_${(signIns += 1)}`, password: 'of nobody' }
  const response = await product.ask('POST', '/sessions', { body })
  assert.ok(response.status !== 503 || response.headers.has('retry-after'))
  await response.body?.cancel()
  return response.status
}

let messages = 0

/** How long a message takes in the middle, while something is under way. */
async function messageMs(underWay: Promise<unknown>): Promise<number> {
  let isOver = false
  const over = () => {
    isOver = true
  }
  void underWay.then(over, over)
  const times: number[] = []
  while (!isOver) {
    const startedMs = performance.now()
    const id = `message ${(messages += 1)}`
    assert.equal((await say(product, somebody, room, id, 'x')).status, 201)
    times.push(performance.now() - startedMs)
    await delay(MESSAGE_PAUSE_MS)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}
