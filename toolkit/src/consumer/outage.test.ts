// Outages and floods of failures, in virtual time: the group waits, and nobody pays for it.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { turn, VirtualClock } from '../embedded/virtual-clock.ts'
import { type BreakerNews, diagnostics } from '../diagnostics.ts'
import { openStage, type ShopHandlers } from './stage.ts'

const STEP_MS = 50

async function group(context: TestContext, handlers: (clock: VirtualClock) => ShopHandlers) {
  const clock = new VirtualClock()
  const stage = await openStage({ group: { retryDelayMsMin: 100, retryDelayMsMax: 1_000 } })
  const news: BreakerNews[] = []
  const end = diagnostics.breaker.on((one) => news.push(one))
  const consumer = stage.consumer(handlers(clock), { clock, random: () => 0.5 })
  await consumer.start()
  context.after(async () => {
    end()
    const stopped = consumer.stop()
    for (let steps = 0; steps < 400; steps += 1) await clock.advance(STEP_MS)
    await stopped
    await stage.close()
  })
  return {
    stage,
    news,
    consumer,
    states: () => news.map(({ state }) => state),
    place: (notes: readonly string[]) =>
      stage.producer.publishAll(
        notes.map((note, at) => stage.OrderPlaced.of({ customer_id: at + 1, note })),
      ),
    /** The log answers in real turns: time moves on in small steps. */
    async pass(ms: number) {
      for (let steps = 0; steps < ms / STEP_MS; steps += 1) {
        await clock.advance(STEP_MS)
        await turn()
      }
    },
  }
}

const notesOf = (count: number, name: string) =>
  Array.from({ length: count }, (_, at) => `${name} ${at}`)

const away = () => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })

test('a minute of outage with sixteen lanes: fifteen probes and no attempt', async (context) => {
  let tries = 0
  const handled: string[] = []
  const { stage, place, pass, consumer, news } = await group(context, (clock) => ({
    OrderPlaced({ data }, { attempt }) {
      assert.equal(attempt, 1)
      if (clock.nowMs() >= 60_000) return void handled.push(data.note)
      tries += 1
      throw away()
    },
  }))
  await place(notesOf(200, 'order'))
  await pass(59_950)
  // Sixteen lanes were at work when it began; then probes after 0.25, 0.5, 1, 2, 4 s and 5 s each.
  assert.equal(tries, 16 + 15)
  assert.deepEqual(handled, [])
  assert.equal(await stage.committed(), 0n)
  await pass(10_000)
  assert.equal(handled.length, 200)
  assert.deepEqual(await stage.deadLetters(), [])
  assert.equal(consumer.account.open, 0)
  assert.equal(news.filter(({ state }) => state === 'probed').length, 16)
  assert.deepEqual(
    [news[0]?.state, news[0]?.cause, news.at(-1)?.state],
    ['opened', 'outage', 'closed'],
  )
})

test('when everything fails, the group waits: no flood of dead letters', async (context) => {
  let isBroken = true
  let tries = 0
  const { stage, place, pass, news, consumer } = await group(context, () => ({
    OrderPlaced() {
      tries += 1
      if (isBroken) throw new TypeError('undefined is not a function')
    },
  }))
  await place(notesOf(500, 'order'))
  await pass(120_000)
  assert.equal(news[0]?.cause, 'rate')
  assert.deepEqual(await stage.deadLetters(), [])
  assert.ok(tries < 30, `${tries} tries in two minutes`)
  isBroken = false
  await pass(35_000)
  assert.equal(consumer.account.handled, 500)
  assert.equal(news.at(-1)?.state, 'closed')
})

test('one poison among healthy ones does not open it', async (context) => {
  const { stage, place, pass, states, consumer } = await group(context, () => ({
    OrderPlaced({ data }) {
      if (data.note === 'order 3') throw new Error('no ink')
    },
  }))
  await place(notesOf(40, 'order'))
  await pass(5_000)
  assert.equal((await stage.deadLetters()).length, 1)
  assert.equal(consumer.account.handled, 39)
  assert.deepEqual(states(), [])
})

test('a poison as probe is buried by its attempts, and the group goes on', async (context) => {
  let isAway = true
  const { stage, place, pass, consumer, states } = await group(context, () => ({
    OrderPlaced({ data }) {
      if (isAway) throw away()
      if (data.note === 'order 0') throw new Error('no ink')
    },
  }))
  await place(notesOf(30, 'order'))
  await pass(100)
  isAway = false
  await pass(10_000)
  const letters = await stage.deadLetters()
  assert.deepEqual(
    letters.map(({ body }) => [body.original_offset, body.attempts]),
    [[0, 3]],
  )
  assert.equal(consumer.account.handled, 29)
  assert.deepEqual(states(), ['opened', 'probed', 'closed'])
})

test('opened by rate, each poison pays for its probes and none holds the rest', async (context) => {
  const { stage, place, pass, consumer } = await group(context, () => ({
    OrderPlaced({ data }) {
      if (data.note.startsWith('poison')) throw new Error('no ink')
    },
  }))
  await place([...notesOf(12, 'poison'), ...notesOf(30, 'order')])
  await pass(300_000)
  assert.equal(consumer.account.handled, 30)
  assert.equal((await stage.deadLetters()).length, 12)
})

test('one key that waits for an outage of its own costs the others little', async (context) => {
  const { place, pass, consumer } = await group(context, () => ({
    OrderPlaced({ data }) {
      if (data.note === 'order 0') throw away()
    },
  }))
  await place(notesOf(300, 'order'))
  await pass(1_000)
  assert.equal(consumer.account.handled, 299)
})
