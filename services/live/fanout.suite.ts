// What every bell promises to its present listeners.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { until } from 'sosik/testing'
import type { Fanout } from './fanout.ts'

/** `open` gives another connection to the same bell at each call. */
export function fanoutSuite(name: string, open: () => Promise<Fanout>): void {
  test(`${name}: every listener of the channel hears, in order, and no other channel`, async () => {
    const [here, there] = [await open(), await open()]
    const [channel, other] = [randomUUID(), randomUUID()]
    const heard: Record<string, string[]> = { first: [], second: [], elsewhere: [], other: [] }
    await here.subscribe(channel, (text) => heard.first?.push(text))
    await here.subscribe(channel, (text) => heard.second?.push(text))
    await there.subscribe(channel, (text) => heard.elsewhere?.push(text))
    await there.subscribe(other, (text) => heard.other?.push(text))
    for (const text of ['1', '한글', '3']) await here.publish(channel, text)
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
    await fanout.publish(channel, 'x')
    await until('the bell', () => second.length === 1)
    assert.deepEqual(first, [])
    await fanout.close()
    await fanout.close()
  })
}
