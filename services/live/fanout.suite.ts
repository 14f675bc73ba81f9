// What every fanout promises: a bell for present listeners, a cache of lines, leases on streams.
import assert from 'node:assert/strict'
import { randomInt, randomUUID } from 'node:crypto'
import test from 'node:test'
import { until } from 'sosik/testing'
import { type Bell, type Fanout, KEPT_EVENTS_MAX } from './fanout.ts'

/** `open` gives another connection to the same fanout at each call. */
export function fanoutSuite(name: string, open: () => Promise<Fanout>): void {
  test(`${name}: every listener of the channel hears, in order, and no other channel`, async () => {
    const [here, there] = [await open(), await open()]
    const [channel, other] = [randomUUID(), randomUUID()]
    const heard: Record<string, string[]> = { first: [], second: [], elsewhere: [], other: [] }
    await here.subscribe(channel, (text) => heard.first?.push(text))
    await here.subscribe(channel, (text) => heard.second?.push(text))
    await there.subscribe(channel, (text) => heard.elsewhere?.push(text))
    await there.subscribe(other, (text) => heard.other?.push(text))
    for (const message of ['1', '한글', '3']) await here.publish([{ channel, message }])
    await until('three bells', () => heard.elsewhere?.length === 3 && heard.first?.length === 3)
    assert.deepEqual(heard, {
      first: ['1', '한글', '3'],
      second: ['1', '한글', '3'],
      elsewhere: ['1', '한글', '3'],
      other: [],
    })
    await Promise.all([here.close(), there.close()])
  })

  test(`${name}: one listener ends and the other goes on`, async () => {
    const fanout = await open()
    const channel = randomUUID()
    const [first, second]: [string[], string[]] = [[], []]
    const end = await fanout.subscribe(channel, (text) => first.push(text))
    await fanout.subscribe(channel, (text) => second.push(text))
    await end()
    await fanout.publish([{ channel, message: 'x' }])
    await until('the bell', () => second.length === 1)
    assert.deepEqual(first, [])
    await fanout.close()
    await fanout.close()
  })

  test(`${name}: many bells at once all ring, each on its channel, in order`, async () => {
    const fanout = await open()
    const channels = [randomUUID(), randomUUID()]
    const heard = channels.map(() => [] as string[])
    for (const [at, channel] of channels.entries()) {
      await fanout.subscribe(channel, (text) => heard[at]?.push(text))
    }
    const numbers = Array.from({ length: 250 }, (_, at) => at)
    await fanout.publish(
      numbers.map((at) => ({ channel: channels[at % 2] ?? '', message: String(at) })),
    )
    await until('all bells', () => heard.flat().length === numbers.length)
    assert.deepEqual(
      heard,
      channels.map((_, parity) => numbers.filter((at) => at % 2 === parity).map(String)),
    )
    await fanout.close()
  })

  const kept = (line: string, number: number, message = `m${number}`): Bell => {
    return { channel: line, message, keep: { line, number } }
  }

  test(`${name}: what is kept is read by every process, up to where it asks`, async () => {
    const [here, there] = [await open(), await open()]
    const [line, other] = [randomUUID(), randomUUID()]
    await here.publish([kept(line, 1), kept(other, 1), kept(line, 2), kept(line, 3, '한글')])
    assert.deepEqual(await there.recent(line, 1, 3), [
      { number: 2, message: 'm2' },
      { number: 3, message: '한글' },
    ])
    assert.deepEqual(await there.recent(line, 0, 1), [{ number: 1, message: 'm1' }])
    assert.deepEqual(await there.recent(line, 3, 3), [])
    assert.deepEqual(await there.recent(randomUUID(), 0, 9), [])
    await Promise.all([here.close(), there.close()])
  })

  test(`${name}: a number that is not above the last is not kept again, but rings`, async () => {
    const fanout = await open()
    const line = randomUUID()
    const heard: string[] = []
    await fanout.subscribe(line, (text) => heard.push(text))
    const messages = [kept(line, 1), kept(line, 5), kept(line, 5, 'again'), kept(line, 4)]
    for (const one of messages) await fanout.publish([one])
    await until('all bells', () => heard.length === messages.length)
    const numbers = (await fanout.recent(line, 0, 9)).map((one) => `${one.number} ${one.message}`)
    assert.deepEqual(numbers, ['1 m1', '5 m5'])
    await fanout.close()
  })

  test(`${name}: of a long line the latest are kept, and what is forgotten is gone`, async () => {
    const fanout = await open()
    const line = randomUUID()
    const last = KEPT_EVENTS_MAX * 3
    await fanout.publish(Array.from({ length: last }, (_, at) => kept(line, at + 1)))
    const numbers = (await fanout.recent(line, 0, last)).map(({ number }) => number)
    assert.equal(numbers.at(-1), last)
    assert.ok(numbers.length >= KEPT_EVENTS_MAX && numbers.length < KEPT_EVENTS_MAX * 1.5)
    await fanout.forget([{ line, number: last - 1 }])
    const rest = await fanout.recent(line, last - 3, last)
    assert.deepEqual(
      rest.map(({ number }) => number),
      [last - 2, last],
    )
    await fanout.close()
  })

  test(`${name}: a person has so many streams anywhere, and the oldest make room`, async () => {
    const [here, there] = [await open(), await open()]
    const userId = randomInt(1_000_000, 1_000_000_000)
    const claim = async (fanout: Fanout, ...streamIds: string[]) =>
      (await fanout.claim(new Map([[userId, streamIds]]), 3)).get(userId) ?? []
    assert.deepEqual(await claim(here, 'a', 'c'), [])
    assert.deepEqual(await claim(there, 'b'), [])
    assert.deepEqual(await claim(there, 'b', 'd', 'e'), ['a', 'b'])
    // Who did not hear of it finds out when it claims again.
    assert.deepEqual(await claim(here, 'a', 'c'), ['a'])
    await here.release(userId, 'c')
    assert.deepEqual(await claim(there, 'f'), [])
    await Promise.all([here.close(), there.close()])
  })

  test(`${name}: streams of many people are claimed at once, each for itself`, async () => {
    const fanout = await open()
    const first = randomInt(1_000_000, 1_000_000_000)
    const people = Array.from({ length: 250 }, (_, at) => first + at)
    const streams = new Map(people.map((userId) => [userId, userId % 2 ? ['b'] : ['b', 'a']]))
    assert.deepEqual(
      await fanout.claim(streams, 1),
      new Map(people.filter((userId) => userId % 2 === 0).map((userId) => [userId, ['a']])),
    )
    assert.deepEqual(await fanout.claim(new Map(), 1), new Map())
    await fanout.close()
  })
}
