// Pages: what is on one, and whether there is another.
import assert from 'node:assert/strict'
import test from 'node:test'
import { pageOf } from './page.ts'

const after = (last: number) => ({ after: last })

test('a page names the next one only while there is more', () => {
  assert.deepEqual(pageOf([1, 2, 3], 2, after), { items: [1, 2], next: { after: 2 } })
  assert.deepEqual(pageOf([1, 2], 2, after), { items: [1, 2] })
  assert.deepEqual(pageOf([], 2, after), { items: [] })
})
