// The rule of group commit, by example and for any line of keys.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { nextBatch } from './next-batch.ts'

const NONE = new Set<string>()

const letters = (text: string, max: number, busy = '') => {
  const names = new Set(busy.split(''))
  const { batch, rest } = nextBatch(text.split(''), (letter) => [letter], max, names)
  return [batch.join(''), rest.join('')]
}

test('the first ones that wait are taken, up to the bound', () => {
  assert.deepEqual(letters('', 2), ['', ''])
  assert.deepEqual(letters('a', 2), ['a', ''])
  assert.deepEqual(letters('abc', 2), ['ab', 'c'])
})

test('of one key the first is taken, and those behind it wait in their order', () => {
  assert.deepEqual(letters('aab', 3), ['ab', 'a'])
  assert.deepEqual(letters('abab', 2), ['ab', 'ab'])
})

test('what waits behind one that waits does not overtake it by another name', () => {
  const items = [
    ['k1', 'i1'],
    ['k2', 'i1'],
    ['k2', 'i2'],
    ['k3', 'i3'],
  ]
  const { batch, rest } = nextBatch(items, (names) => names, 4, NONE)
  assert.deepEqual(batch, [items[0], items[3]])
  assert.deepEqual(rest, [items[1], items[2]])
})

test('a key that is at work elsewhere waits, and the others go past it', () => {
  assert.deepEqual(letters('abac', 3, 'a'), ['bc', 'aa'])
  assert.deepEqual(letters('aa', 3, 'a'), ['', 'aa'])
})

test('batch after batch: everything once, each key in order, none twice in a batch', () => {
  const line = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 })
  const check = fc.property(line, fc.integer({ min: 1, max: 8 }), (keys, max) => {
    let waiting: readonly { key: number; at: number }[] = keys.map((key, at) => ({ key, at }))
    const taken: (typeof waiting)[number][] = []
    while (waiting.length > 0) {
      const { batch, rest } = nextBatch(waiting, ({ key }) => [String(key)], max, NONE)
      assert.ok(batch.length > 0 && batch.length <= max)
      assert.equal(new Set(batch.map(({ key }) => key)).size, batch.length)
      taken.push(...batch)
      waiting = rest
    }
    assert.equal(new Set(taken).size, keys.length)
    for (const ofKey of Map.groupBy(taken, ({ key }) => key).values()) {
      const places = ofKey.map(({ at }) => at)
      assert.deepEqual(
        places,
        places.toSorted((left, right) => left - right),
      )
    }
  })
  fc.assert(check)
})
