// What an operator sees and does by routes: as `sosik dlq` and `sosik outbox` see and do it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageSent } from '@sosik/contract/chat'
import {
  discardDeadLetters,
  discardHeldRow,
  listDeadLetters,
  listHeldKeys,
  listOutboxActions,
  listRedriveRuns,
  readGroups,
  readOutbox,
  readTopics,
  redriveDeadLetters,
  releaseHeldKeys,
} from '@sosik/contract/ops'
import type { AnyRoute } from '@sosik/contract/route'
import { searchGroup } from '@sosik/contract/search'
import { until } from 'sosik/testing'
import { ask as askAs, type Given, refused } from '../rehearsal.ts'
import { NOW_MS, onBothDatabases } from './stage.ts'

const OPERATOR = 0
const group = searchGroup.name
const by = 'minsu'

onBothDatabases((stage) => {
  const ask = <One extends AnyRoute>(route: One, given: Given = {}) =>
    askAs(stage.ops(), route, OPERATOR, given)
  const list = async (query: object = {}) =>
    (await ask(listDeadLetters, { query: { group, ...query } })).items
  const offsetsOf = async (query: object) => (await list(query)).map(({ offset }) => offset)
  const runs = async () => (await ask(listRedriveRuns, { query: { group } })).items

  test('a group is told with its lag by topic, its dead letters and its parked keys', async () => {
    const value = Buffer.from('{}')
    const { name } = MessageSent.topic
    const record = { topic: name, key: null, value, headers: [], timestampMs: NOW_MS - 5_000 }
    await stage.log().append([record, record])
    const { items } = await ask(readGroups)
    const search = items.find((one) => one.group === group)
    assert.deepEqual(search, {
      group,
      state: 'empty',
      members: [],
      topics: [{ topic: name, lag: 2 }],
      lag: 2,
      lag_ms: 5_000,
      dead_letters: 3,
      parked_keys: 2,
      oldest_parked_at: '2026-01-27T09:00:00.000Z',
      oldest_open_at: '2026-01-27T09:00:00.000Z',
    })
    const other = items.find((one) => one.group === 'chat-consumer-group')
    assert.deepEqual([other?.dead_letters, other?.oldest_open_at], [0, null])
  })

  test('a group is told with its members, and what each of them holds by topic', async () => {
    const { name } = MessageSent.topic
    const listener = { assigned() {}, revoked() {}, lost() {}, records() {}, trouble() {} }
    const member = await stage.log().join({ group, topics: [name], listener })
    const search = async () => {
      const { items } = await ask(readGroups)
      return items.find((one) => one.group === group)
    }
    await until('it holds all', async () => (await search())?.state === 'stable')
    assert.deepEqual((await search())?.members, [
      {
        member_id: member.memberId,
        client_id: null,
        host: null,
        topics: [{ topic: name, partitions: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }],
      },
    ])
    await member.leave()
    assert.deepEqual((await search())?.members, [])
  })

  test('every topic and dead letter topic is told with its partitions', async () => {
    const { items } = await ask(readTopics)
    assert.equal(items.length, 12)
    const messages = items.find(({ topic }) => topic === 'message.events.dlq')
    assert.equal(messages?.partitions.length, 10)
    assert.equal(messages?.retention_ms, 30 * 24 * 3_600_000)
  })

  test('a letter is told by place, key, reason and time, and its data is not', async () => {
    const [letter] = await list()
    assert.deepEqual(letter, {
      topic: 'message.events',
      partition: 0,
      offset: 0,
      key: '1',
      type: 'MessageSent',
      event_id: 'event-0',
      state: 'open',
      code: 'TypeError',
      error: 'the index is away',
      failed_at: '2026-01-27T09:00:00.000Z',
      redrives: 0,
      parks: true,
    })
  })

  test('letters are found by every field that is given', async () => {
    assert.deepEqual(await offsetsOf({}), [0, 1, 2])
    assert.deepEqual(await offsetsOf({ key: '1', type: 'MessageSent' }), [0])
    assert.deepEqual(await offsetsOf({ state: 'quarantined' }), [2])
    assert.deepEqual(await offsetsOf({ code: 'RangeError' }), [])
    assert.deepEqual(await offsetsOf({ topic: 'message.events', partition: 0, offset: 1 }), [1])
    assert.deepEqual(await offsetsOf({ failed_from: '2026-01-27T10:00:00.000Z' }), [1, 2])
    assert.deepEqual(await offsetsOf({ failed_before: '2026-01-27T10:00:00.000Z' }), [0])
    assert.deepEqual(await offsetsOf({ limit: 1 }), [0])
  })

  test('a dry run answers what would be taken, and asks for nothing', async () => {
    const body = { group, selection: { key: '1' }, dry_run: true, by }
    const { run_id, selected, letters } = await ask(redriveDeadLetters, { body })
    assert.deepEqual([run_id, selected, letters.length], [null, 2, 2])
    assert.deepEqual(await runs(), [])
    assert.deepEqual(await offsetsOf({ state: 'open' }), [0, 1])
  })

  test('a redrive takes so many as its cap, and is remembered with who asked', async () => {
    const body = { group, selection: { key: '1' }, cap: 1, by }
    const { run_id, selected } = await ask(redriveDeadLetters, { body })
    assert.equal(selected, 1)
    assert.deepEqual(await offsetsOf({ state: 'redriving' }), [0])
    const [run] = await runs()
    assert.deepEqual(
      [run?.run_id, run?.action, run?.by, run?.selection, run?.cap, run?.unfinished],
      [run_id, 'redrive', by, { key: '1' }, 1, 1],
    )
  })

  test('a discard takes all when that is said, quarantined ones only when that is', async () => {
    const all = { group, selection: {}, all: true, by }
    await ask(discardDeadLetters, { body: all })
    assert.deepEqual(await offsetsOf({ state: 'discarding' }), [0, 1])
    await ask(discardDeadLetters, { body: { ...all, quarantined: true } })
    assert.deepEqual(await offsetsOf({ state: 'discarding' }), [0, 1, 2])
  })

  test('nothing is asked for by leaving something out', async () => {
    const nothing = { selection: {}, by }
    const both = { selection: { key: '1' }, all: true, by }
    for (const body of [nothing, both]) {
      const letters = { body: { group, ...body } }
      await refused('body_invalid', ask(redriveDeadLetters, letters))
      await refused('body_invalid', ask(discardDeadLetters, letters))
      await refused('body_invalid', ask(releaseHeldKeys, { body }))
    }
    assert.deepEqual(await runs(), [])
  })

  test('a held key is told with its row, and let go by row, topic, key or code', async () => {
    const { held_keys, parked_keys, relays, last_error } = await ask(readOutbox)
    assert.deepEqual([held_keys, parked_keys, relays], [1, 1, 0])
    assert.equal(last_error?.code, 'SOSIK_RECORD_TOO_LARGE')
    const [held] = (await ask(listHeldKeys)).items
    assert.deepEqual([held?.row_id, held?.parked, held?.attempts], [stage.heldRow(), true, 5])
    const release = async (selection: object) =>
      (await ask(releaseHeldKeys, { body: { selection, by } })).released
    assert.equal(await release({ topic: 'chat.events' }), 0)
    const { topic = '', key = '', code = '' } = held ?? {}
    assert.equal(await release({ row_id: stage.heldRow(), topic, key, code }), 1)
    assert.deepEqual((await ask(listHeldKeys)).items, [])
    const [done, tried] = (await ask(listOutboxActions)).items
    assert.deepEqual([done?.action, done?.by, done?.done, tried?.done], ['release', by, 1, 0])
  })

  test('a refused row is left out once', async () => {
    const body = { row_id: stage.heldRow(), by }
    assert.deepEqual(await ask(discardHeldRow, { body }), { discarded: true })
    assert.deepEqual(await ask(discardHeldRow, { body }), { discarded: false })
    const [action] = (await ask(listOutboxActions)).items
    assert.deepEqual([action?.action, action?.selection.eventType], ['discard', 'MessageSent'])
  })
})
