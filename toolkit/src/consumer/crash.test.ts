// A record that ends its process each time: three deaths, then a dead letter, and nothing else.
import assert from 'node:assert/strict'
import test from 'node:test'
import { assert as property, asyncProperty, integer, uniqueArray } from 'fast-check'
import { until } from '../testing/until.ts'
import { createAlone } from './alone.ts'
import { mortalProcess } from './mortal.ts'
import { openStage, type Stage } from './stage.ts'

interface Fate {
  readonly deaths: number
  /** Handled by all processes together, in their order. */
  readonly handled: string[]
}

const PROCESSES_MAX = 40

/** One process after the other, until one of them has committed all of the topic. */
async function runProcesses(stage: Stage, end: bigint): Promise<Fate> {
  const handled: string[] = []
  for (let deaths = 0; deaths < PROCESSES_MAX; deaths += 1) {
    const mortal = mortalProcess(stage.log)
    let dying: Promise<void> | undefined
    const consumer = stage.consumer(
      {
        async OrderPlaced({ data }) {
          await new Promise((resolve) => setImmediate(resolve))
          if (mortal.isDead) await new Promise(() => {})
          if (data.note.startsWith('poison')) {
            dying = mortal.die()
            await new Promise(() => {})
          }
          handled.push(data.note)
        },
      },
      { log: mortal.log, clock: mortal.clock, alone: createAlone(mortal.clock) },
    )
    await consumer.start()
    const isOver = async () => dying !== undefined || (await stage.committed()) === end
    await until('a death or the end', isOver)
    if (dying === undefined) {
      await consumer.stop()
      return { deaths, handled }
    }
    await dying
  }
  throw new Error(`${PROCESSES_MAX} processes died`)
}

async function poisoned(orders: number, poisons: readonly number[]) {
  const stage = await openStage()
  try {
    const notes = Array.from({ length: orders }, (_, at) =>
      poisons.includes(at) ? `poison ${at}` : `order ${at}`,
    )
    await stage.producer.publishAll(
      notes.map((note, at) => stage.OrderPlaced.of({ customer_id: (at % 7) + 1, note })),
    )
    const { deaths, handled } = await runProcesses(stage, BigInt(orders))
    const letters = await stage.deadLetters()
    const buried = letters.map(({ body }) => [body.error_code, Number(body.original_offset)])
    return { deaths, handled, buried, notes }
  } finally {
    await stage.close()
  }
}

test('three deaths at a record, then a dead letter unrun; all others are handled', async () => {
  const { deaths, handled, buried, notes } = await poisoned(200, [90])
  assert.equal(deaths, 3)
  assert.deepEqual(buried, [['SOSIK_CRASH_POISON', 90]])
  assert.deepEqual(
    notes.filter((note) => !handled.includes(note)),
    ['poison 90'],
  )
})

test('any poisons anywhere: each is found, and no other record pays for it', async () => {
  const some = uniqueArray(integer({ min: 0, max: 119 }), { minLength: 1, maxLength: 4 })
  await property(
    asyncProperty(some, async (poisons) => {
      const { deaths, handled, buried, notes } = await poisoned(120, poisons)
      const sorted = poisons.toSorted((a, b) => a - b)
      assert.deepEqual(
        buried.toSorted((a, b) => Number(a[1]) - Number(b[1])),
        sorted.map((offset) => ['SOSIK_CRASH_POISON', offset]),
      )
      assert.ok(deaths <= 3 * poisons.length, `${deaths} deaths of ${poisons.length} poisons`)
      const missing = notes.filter((note) => !handled.includes(note))
      assert.deepEqual(
        missing,
        sorted.map((offset) => `poison ${offset}`),
      )
    }),
    { numRuns: 25 },
  )
})
