// Counts in memory, in Redis, and shared ones with this process's own before them.
import assert from 'node:assert/strict'
import test from 'node:test'
import { RATES } from '@sosik/contract/rates'
import { type Clock, systemClock } from 'sosik'
import { redisUrl } from 'sosik/testing'
import { COUNTS_MAX, memoryRates } from './memory.ts'
import { costMs, type Rates } from './rates.ts'
import { ratesSuite } from './rates.suite.ts'
import { redisRates } from './redis.ts'
import { ANSWER_MS_MAX, AWAY_MS, sharedRates } from './shared.ts'

const inMemory = memoryRates(systemClock)
ratesSuite('memory', async () => ({ ...inMemory, close: async () => {} }))

ratesSuite('redis', () =>
  redisRates({
    url: redisUrl(),
    onError: (error) => {
      throw error
    },
  }),
)

const ask = { key: 'rate:one', rate: { calls: 2, periodMs: 60_000 } }

/** Shared counts that fail as told, and a clock that is moved by hand. */
function stage() {
  let nowMs = 0
  let asked = 0
  let fail: (() => Promise<never>) | undefined
  const counts = memoryRates({ ...systemClock, nowMs: () => nowMs })
  const failing = <Name extends 'take' | 'look' | 'forget'>(name: Name): Rates[Name] =>
    ((given: never) => {
      asked += 1
      return fail === undefined ? counts[name](given) : fail()
    }) as Rates[Name]
  const shared: Rates = {
    take: failing('take'),
    look: failing('look'),
    forget: failing('forget'),
    close: counts.close,
  }
  const errors: Error[] = []
  const clock: Clock = { ...systemClock, nowMs: () => nowMs }
  const onError = (error: Error) => void errors.push(error)
  const process = () => sharedRates({ own: memoryRates(clock), shared, clock, onError })
  return {
    process,
    errors,
    asked: () => asked,
    pass: (ms: number) => {
      nowMs += ms
    },
    breaks: (how: (() => Promise<never>) | undefined) => {
      fail = how
    },
  }
}

test('two processes count together', async () => {
  const { process } = stage()
  const [here, there] = [process(), process()]
  assert.equal((await here.take([ask])).fits, true)
  assert.equal((await there.take([ask])).fits, true)
  assert.equal((await here.take([ask])).fits, false)
  assert.equal((await there.take([ask])).fits, false)
})

test('what is little for one process is asked of nobody, and shared from there on', async () => {
  const { process, asked } = stage()
  const [here, there] = [process(), process()]
  const wide = { key: 'rate:wide', rate: { calls: 50, periodMs: 60_000 } }
  for (let n = 0; n < 5; n += 1) assert.equal((await here.take([wide])).fits, true)
  assert.equal(asked(), 0)
  const { fits, debtsMs } = await here.take([wide, { ...ask, key: 'rate:narrow' }])
  assert.deepEqual([fits, debtsMs, asked()], [true, [1_200, 30_000], 1])
  for (let n = 0; n < 49; n += 1) await here.take([wide])
  let more = 0
  while ((await there.take([wide])).fits) more += 1
  assert.equal(more, 10, 'a tenth of each was not shared')
})

test('while the shared counts fail each process counts for itself, and says so once', async () => {
  const { process, breaks, errors, asked, pass } = stage()
  const [here, there] = [process(), process()]
  breaks(() => Promise.reject(new Error('connection lost')))
  for (const one of [here, there]) {
    assert.deepEqual([(await one.take([ask])).fits, (await one.take([ask])).fits], [true, true])
    assert.equal((await one.take([ask])).fits, false)
  }
  assert.equal(errors.length, 2)
  assert.equal(asked(), 2, 'they are not asked again at once')
  pass(AWAY_MS)
  breaks(undefined)
  assert.equal((await here.look([ask])).fits, false)
  pass(60_000)
  await here.take([ask])
  assert.equal(asked(), 3)
})

test('shared counts that do not answer are waited for once, and briefly', async () => {
  const { process, breaks, errors } = stage()
  const rates = process()
  breaks(() => new Promise(() => {}))
  const startedMs = performance.now()
  assert.equal((await rates.take([ask])).fits, true)
  assert.equal((await rates.take([ask])).fits, true)
  assert.ok(performance.now() - startedMs < 5 * ANSWER_MS_MAX)
  assert.match(String(errors[0]?.message), /have not answered/)
})

test('memory holds a bounded number of counts, the oldest go first', async () => {
  const rates = memoryRates(systemClock)
  await rates.take([ask, ask])
  await rates.take([ask])
  assert.equal((await rates.look([ask])).fits, false)
  for (let n = 0; n < COUNTS_MAX; n += 1) await rates.take([{ ...ask, key: `rate:${n}` }])
  assert.equal((await rates.look([ask])).fits, true)
})

test('a call of every rate costs whole milliseconds', () => {
  for (const rate of Object.values(RATES).flat()) {
    assert.equal(costMs(rate) * rate.calls, rate.periodMs)
  }
})
