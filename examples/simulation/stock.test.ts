// The storehouse in the simulator: whatever happens, the stock is the sum of what was moved.
import assert from 'node:assert/strict'
import test from 'node:test'
import { type End, type Random, simulate, type SimulatedHandlers } from 'sosik/testing'
import { GoodsMoved, handlers, stock, storehouse } from './stock.ts'

const MOVES = 20

function moves(random: Random) {
  return Array.from({ length: MOVES }, () =>
    GoodsMoved.of({ article: random.pick(['chair', 'table']), pieces: random.between(1, 9) }),
  )
}

/** Each event that was applied counts once, and one that was discarded does not. */
function stockIsTheSum({ events, applied, rows }: End): void {
  const sums = new Map<string, number>()
  const done = new Set(applied('stock'))
  for (const { id, key, data } of events) {
    const { pieces } = data as { pieces: number }
    if (done.has(id)) sums.set(key, (sums.get(key) ?? 0) + pieces)
  }
  assert.deepEqual(new Map(rows<number>('stock')), sums)
}

const scenario = { catalogue: storehouse, events: moves, invariant: stockIsTheSum }

test('the stock is right in 100 seeds of crashes, lost answers and rebalances', async () => {
  const { reached } = await simulate({
    ...scenario,
    groups: [{ group: stock, handlers }],
    seeds: 100,
  })
  assert.ok((reached.get('a process crashed') ?? 0) > 0)
})

test('a handler that counts outside of its transaction is found out', async () => {
  const pieces = new Map<string, number>()
  const careless: SimulatedHandlers = {
    async GoodsMoved({ key, data }) {
      pieces.set(key, (pieces.get(key) ?? 0) + data.pieces)
    },
  }
  const groups = [{ group: stock, handlers: careless }]
  const invariant = (end: End) => stockIsTheSum({ ...end, rows: () => pieces as never })
  await assert.rejects(simulate({ ...scenario, groups, invariant }), /seed \d+: /)
})
