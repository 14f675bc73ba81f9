// The product in virtual time: promises kept, each run repeatable, and the checks shown to bite.
import assert from 'node:assert/strict'
import test from 'node:test'
import { failureText } from 'sosik/testing'
import { runBatch } from './batch.ts'
import { FLAWS } from './flaws.ts'
import { askedOfRealWorld } from './real-world.ts'
import { runSceneOf } from './scenes.ts'

const SEEDS = 300
const SEEDS_RUN_TWICE = 20

test(`no promise is broken in ${SEEDS} seeds`, async () => {
  const { failed } = await runBatch({ from: 1, to: 1 + SEEDS })
  assert.deepEqual(failed.map(failureText), [])
})

test('two runs of one seed have the same history, and two seeds have not', async () => {
  const hashes = new Set<string>()
  for (let seed = 1; seed <= SEEDS_RUN_TWICE; seed += 1) {
    const once = await runSceneOf(seed)
    const again = await runSceneOf(seed)
    assert.deepEqual(again.history, once.history)
    assert.equal(again.hash, once.hash)
    hashes.add(once.hash)
  }
  assert.equal(hashes.size, SEEDS_RUN_TWICE)
})

test('a run asks the machine for neither time nor chance', async () => {
  const asked = await askedOfRealWorld(async () => {
    for (let seed = 1; seed <= SEEDS_RUN_TWICE; seed += 1) await runSceneOf(seed)
  })
  assert.deepEqual([...new Set(asked)], [])
})

for (const { name, seedsMax } of FLAWS) {
  test(`a flaw is found: ${name}`, async () => {
    const { failed } = await runBatch({ from: 1, to: 1 + seedsMax, flaw: name })
    assert.equal(failed.length, 1)
  })
}
