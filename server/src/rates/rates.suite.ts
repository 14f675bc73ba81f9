// What every store of counts promises, on a clock that runs.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { until } from 'sosik/testing'
import { type Ask, callsLeft, type Rates, waitMs } from './rates.ts'

/** `open` gives another connection to the same counts at each call. */
export function ratesSuite(name: string, open: () => Promise<Rates>): void {
  const rate = { calls: 5, periodMs: 60_000 }
  const fresh = (): Ask => ({ key: `rate:${randomUUID()}`, rate })

  test(`${name}: as many calls as the rate says fit at once, and no more`, async () => {
    const rates = await open()
    const ask = fresh()
    for (let left = 4; left >= 0; left -= 1) {
      const { fits, debtsMs } = await rates.take([ask])
      assert.deepEqual([fits, callsLeft(debtsMs[0] ?? 0, rate)], [true, left])
    }
    const { fits, debtsMs } = await rates.take([ask])
    assert.equal(fits, false)
    const wait = waitMs(debtsMs[0] ?? 0, rate)
    assert.ok(wait > 11_000 && wait <= 12_000, `waits for one call to come back: ${wait}`)
    await rates.close()
  })

  test(`${name}: what was used comes back with time`, async () => {
    const rates = await open()
    const ask = { ...fresh(), rate: { calls: 2, periodMs: 100 } }
    await rates.take([ask, ask])
    await until('there is room again', async () => (await rates.take([ask])).fits)
    await rates.close()
  })

  test(`${name}: of several counts all are raised or none, and looking raises none`, async () => {
    const rates = await open()
    const [full, other] = [{ ...fresh(), rate: { calls: 1, periodMs: 60_000 } }, fresh()]
    assert.equal((await rates.take([full])).fits, true)
    assert.equal((await rates.take([other, full])).fits, false)
    for (let n = 0; n < 3; n += 1) assert.equal((await rates.look([other])).fits, true)
    const { debtsMs } = await rates.take([other])
    assert.equal(callsLeft(debtsMs[0] ?? 0, rate), 4)
    assert.deepEqual(await rates.take([]), { fits: true, debtsMs: [] })
    await rates.close()
  })

  test(`${name}: what is forgotten starts anew, and keys do not touch each other`, async () => {
    const rates = await open()
    const [one, other] = [fresh(), fresh()]
    for (let n = 0; n < 5; n += 1) await rates.take([one, other])
    await rates.forget([one.key])
    assert.equal((await rates.take([one])).fits, true)
    assert.equal((await rates.take([other])).fits, false)
    await rates.close()
  })

  test(`${name}: of many calls at once exactly as many fit as the rate says`, async () => {
    const [here, there] = [await open(), await open()]
    const ask = fresh()
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? here : there).take([ask])),
    )
    assert.equal(answers.filter((one) => one.fits).length, 5)
    await Promise.all([here.close(), there.close()])
  })
}
