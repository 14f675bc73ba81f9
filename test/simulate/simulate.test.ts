// The product in virtual time: promises kept, each run repeatable, and the checks shown to bite.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { failureText } from 'sosik/testing'
import { ROOT } from '../house/tree.ts'
import { runBatch } from './batch.ts'
import { type Flaw, FLAWS } from './flaws/index.ts'
import { FOUND } from './found.ts'
import { askedOfRealWorld } from './real-world.ts'
import { runSceneOf } from './scenes.ts'

const SEEDS = 300
const SEEDS_RUN_TWICE = 16

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

test('a run goes the same way whether or not its history is kept', async () => {
  for (let seed = 1; seed <= SEEDS_RUN_TWICE; seed += 1) {
    const [told, silent] = [await runSceneOf(seed, true), await runSceneOf(seed, false)]
    assert.deepEqual(silent.history, [])
    assert.deepEqual([...silent.reached], [...told.reached])
  }
})

test('a run asks the machine for neither time nor chance', async () => {
  const asked = await askedOfRealWorld(async () => {
    for (let seed = 1; seed <= SEEDS_RUN_TWICE; seed += 1) await runSceneOf(seed)
  })
  assert.deepEqual([...new Set(asked)], [])
})

for (const {
  seed,
  what,
  test: [file, name],
} of FOUND) {
  test(`seed ${seed} breaks nothing any more: ${what}`, async () => {
    const { violations } = await runSceneOf(seed)
    assert.deepEqual(violations, [])
    assert.ok((await readFile(join(ROOT, file), 'utf8')).includes(name), `${file} has: ${name}`)
  })
}

for (const flaw of FLAWS) {
  test(`a flaw is found: ${flaw.name}`, async () => {
    assert.notEqual(await firstFound(flaw), undefined)
  })
}

async function firstFound({ seedsMax, run }: Flaw): Promise<number | undefined> {
  for (let seed = 1; seed <= seedsMax; seed += 1) {
    const { violations } = await run(seed, false)
    if (violations.length > 0) return seed
  }
  return undefined
}
