// The law in every run of the tests: some rounds of every type of news, and that flaws are found.
import assert from 'node:assert/strict'
import test from 'node:test'
import { edited } from '../faults/bite/copy.ts'
import { read } from '../house/tree.ts'
import { biteOnce } from './bite.ts'
import { embeddedWorld } from './embedded-world.ts'
import { LAW_FLAWS } from './flaws.ts'
import { play } from './play.ts'
import { untold } from './told.ts'

const ROUNDS = 40
const SEED = 5
const BITTEN = 1

test(`in ${ROUNDS} rounds of all news old snapshot + events = new snapshot`, async () => {
  const world = await embeddedWorld()
  try {
    const played = await play(world, { rounds: ROUNDS, seed: SEED, shrinks: true })
    assert.deepEqual(played.differences, [])
    assert.equal(played.rounds, ROUNDS)
    assert.deepEqual(untold(played.heard), [])
  } finally {
    await world.close()
  }
})

test('each flaw stands in its place once', () => {
  for (const { edits } of LAW_FLAWS) for (const edit of edits) edited(read(edit.file), edit)
})

for (const flaw of LAW_FLAWS.slice(0, BITTEN)) {
  test(`it is found when ${flaw.name}`, async () => {
    const { isCaught, output } = await biteOnce(flaw)
    assert.ok(isCaught, output)
  })
}
