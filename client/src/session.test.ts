// A session against a server by hand: what is read when, what is taken once, what begins anew.
import assert from 'node:assert/strict'
import test from 'node:test'
import { until } from 'sosik/testing'
import { createClient } from './client.ts'
import { followState } from './session.ts'
import type { Room } from './state/rooms.ts'

const EMPTY = { items: [] }

/** What the server answers by path; a function is asked each time. */
type Answers = Record<string, object | (() => object)>

interface Frame {
  readonly id?: string
  readonly type: string
  readonly data: object
  /** Of the large room whose line tells it. */
  readonly roomId?: number
}

function stage(answers: Answers) {
  const asked: string[] = []
  let connection: ReadableStreamDefaultController<Uint8Array> | undefined
  const streams: (string | undefined)[] = []
  const lists: Answers = {
    '/rooms': EMPTY,
    '/friends': EMPTY,
    '/friend-requests': EMPTY,
    '/blocks': EMPTY,
    '/notifications': { ...EMPTY, unread: 0 },
    '/cursor': { cursor: 'a1.5' },
    ...answers,
  }

  async function answer(address: string, init: RequestInit) {
    const { pathname, search } = new URL(address, 'http://server')
    asked.push(`${pathname}${search}`)
    if (pathname !== '/stream') {
      const found = lists[pathname]
      if (found === undefined) return Response.json({ code: 'not_found' }, { status: 404 })
      return Response.json(typeof found === 'function' ? found() : found)
    }
    streams.push(new Headers(init.headers).get('last-event-id') ?? undefined)
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        connection = controller
        init.signal?.addEventListener('abort', () => controller.error(new Error('aborted')))
      },
    })
    return new Response(body)
  }

  const options = { baseUrl: '', fetch: answer, retryMsMax: 1 }
  const session = followState(createClient(options))
  return {
    session,
    asked,
    streams,
    cut: () => connection?.error(new Error('cut')),
    tell({ id, type, data, roomId: room_id }: Frame) {
      const head = id === undefined ? '' : `id: ${id}\n`
      const body = JSON.stringify({ type, title: '', data, room_id })
      const text = `${head}event: ${type}\ndata: ${body}\n\n`
      connection?.enqueue(new TextEncoder().encode(text))
    },
  }
}

const room = (room_id: number, last_seq = 0): Room => ({
  room_id,
  room_type: 'group',
  name: `room ${room_id}`,
  members: [],
  last_seq,
  read_seq: 0,
  unread: last_seq,
  muted: false,
  spoken_at: '2026-01-27T12:00:00.000Z',
})

const said = (room_id: number, seq: number) => ({
  message_id: `m${seq}`,
  room_id,
  user_id: 1,
  username: 'mina',
  content: `${seq}`,
  message_type: 'text',
  created_at: '2026-01-27T12:01:00.000Z',
  seq,
  client_message_id: `c${seq}`,
})

test('the cursor is read before every list, and the stream goes on after it', async () => {
  const { session, asked, streams } = stage({ '/rooms': { items: [room(3)] } })
  await session.ready
  await until('the stream', () => streams.length === 1)
  assert.equal(asked[0], '/cursor')
  assert.deepEqual(streams, ['a1.5'])
  assert.deepEqual([session.cursor, session.state.rooms], ['a1.5', [room(3)]])
  session.close()
  await session.ended
})

test('a list is read to its end, page after page, as each page says', async () => {
  const pages = [
    { items: [room(9), room(7)], next: { before_room_id: 7 } },
    { items: [room(4)], next: { before_room_id: 4 } },
    { items: [] },
  ]
  const { session, asked } = stage({ '/rooms': () => pages.shift() ?? {} })
  await session.ready
  assert.deepEqual(
    session.state.rooms.map((one) => one.room_id),
    [9, 7, 4],
  )
  assert.deepEqual(
    asked.filter((address) => address.startsWith('/rooms')),
    ['/rooms?limit=100', '/rooms?limit=100&before_room_id=7', '/rooms?limit=100&before_room_id=4'],
  )
  session.close()
})

test('an event that comes twice, or is older than the snapshot, is taken once', async () => {
  const { session, streams, tell } = stage({ '/rooms': { items: [room(3)] } })
  await until('the stream', () => streams.length === 1)
  const renamed = (name: string) => ({ room_id: 3, user_1_id: 1, user_id: 1, name, renamed_at: '' })
  tell({ id: 'a1.5', type: 'room_renamed', data: renamed('old') })
  tell({ id: 'a1.6', type: 'room_renamed', data: renamed('new') })
  tell({ id: 'a1.6', type: 'room_renamed', data: renamed('again') })
  tell({ id: 'a1.7', type: 'message', data: said(3, 1) })
  await until('the message', () => session.cursor === 'a1.7')
  const [first] = session.state.rooms
  assert.deepEqual([first?.name, first?.unread, first?.last_message?.content], ['new', 1, '1'])
  session.close()
})

test('a broken stream goes on after the last event, a resync begins from a snapshot', async () => {
  let cursor = 'a1.5'
  const { session, streams, tell, cut } = stage({ '/cursor': () => ({ cursor }) })
  await until('the stream', () => streams.length === 1)
  tell({ id: 'a1.6', type: 'room_muted', data: { room_id: 3, muted: true } })
  await until('the event', () => session.cursor === 'a1.6')
  cut()
  await until('the second stream', () => streams.length === 2)
  cursor = 'b2.9'
  tell({ type: 'resync', data: { head: 'b2.9', reason: 'epoch_changed' } })
  await until('the third stream', () => streams.length === 3)
  assert.deepEqual(streams, ['a1.5', 'a1.6', 'b2.9'])
  session.close()
})

test('a room that is told of without its content is read before the next event', async () => {
  const large = { room_id: 4, user_1_id: 1, user_2_id: 2, room_type: 'group', timestamp: '' }
  const { session, streams, tell, asked } = stage({ '/rooms/4': room(4, 2) })
  await until('the stream', () => streams.length === 1)
  tell({ id: 'a1.6', type: 'room_created', data: large })
  tell({ id: 'a1.7', type: 'message', data: said(4, 3) })
  tell({ id: 'a1.8', type: 'room_created', data: { ...large, room_id: 9 } })
  await until('the last event', () => session.cursor === 'a1.8')
  assert.deepEqual(
    session.state.rooms.map((one) => [one.room_id, one.last_seq]),
    [[4, 3]],
  )
  assert.deepEqual(
    asked.filter((path) => path.startsWith('/rooms/')),
    ['/rooms/4', '/rooms/9'],
  )
  session.close()
})

test('what is missing in an open room is read, and the stretch has no hole', async () => {
  const { session, streams, tell } = stage({
    '/rooms': { items: [room(3, 1)] },
    '/rooms/3': room(3, 4),
    '/rooms/3/messages': { items: [said(3, 1)] },
  })
  await until('the stream', () => streams.length === 1)
  await session.openRoom(3)
  assert.deepEqual(
    session.state.open[0]?.messages.map((one) => one.seq),
    [1],
  )
  await assert.rejects(session.openRoom(8), { code: 'not_found' })
  tell({ id: 'a1.6', type: 'message', data: said(3, 2) })
  await until('the next message', () => session.cursor === 'a1.6')
  assert.equal(session.state.open[0]?.end_seq, 2)
  tell({
    id: 'a1.7',
    type: 'room_left',
    data: { room_id: 3, user_1_id: 1, user_id: 2, left_at: '' },
  })
  await until('the leaving', () => session.cursor === 'a1.7')
  assert.deepEqual([session.state.rooms, session.state.open], [[], []])
  session.close()
})

test('a refusal ends the session, and a server that is away does not', async () => {
  let isAway = true
  let tries = 0
  const refusing = followState(
    createClient({
      baseUrl: '',
      retryMsMax: 1,
      async fetch() {
        tries += 1
        if (isAway) throw new TypeError('away')
        return Response.json({ code: 'not_signed_in' }, { status: 401 })
      },
    }),
  )
  await until('it is asked again', () => tries > 2)
  isAway = false
  await assert.rejects(refusing.ended, { code: 'not_signed_in' })
  await assert.rejects(refusing.ready, { code: 'not_signed_in' })
})

test('a large room is read where its line begins, and followed beside the own line', async () => {
  let text = 'before'
  const { session, streams, tell } = stage({
    '/rooms': { items: [room(3, 1)] },
    '/rooms/3': () => ({ ...room(3, 2), is_large: true }),
    '/rooms/3/messages': () => ({ items: [{ ...said(3, 1), content: text }, said(3, 2)] }),
  })
  await until('the stream', () => streams.length === 1)
  await session.openRoom(3)
  text = 'after'
  tell({ id: 'a1.6', type: 'room_enlarged', data: { room_id: 3 } })
  tell({ id: 'a1.6~3.7', type: 'room_resync', data: { room_id: 3 } })
  await until('the reading', () => session.cursor === 'a1.6~3.7')
  const contents = () => session.state.open[0]?.messages.map((one) => one.content)
  assert.deepEqual(contents(), ['after', '2'])
  const edit = { message_id: 'm1', room_id: 3, user_id: 1, seq: 1, edited_at: '' }
  const told = [
    // By the own line it comes late: the reading was newer.
    { id: 'a1.7~3.7', type: 'message_edited', data: { ...edit, content: 'late' } },
    { id: 'a1.7~3.8', type: 'message_edited', data: { ...edit, content: 'new' }, roomId: 3 },
    { id: 'a1.7~3.8', type: 'message_edited', data: { ...edit, content: 'again' }, roomId: 3 },
    { id: 'a1.7~3.9', type: 'message', data: said(3, 3), roomId: 3 },
    { id: 'a1.7~3.8', type: 'message_edited', data: { ...edit, content: 'old' }, roomId: 3 },
    { id: 'a1.8~3.9', type: 'room_renamed', data: { room_id: 3, name: 'new name' } },
  ]
  for (const one of told) tell(one)
  await until('the last event', () => session.cursor === 'a1.8~3.9')
  assert.deepEqual(contents(), ['new', '2', '3'])
  assert.deepEqual(
    [session.state.rooms[0]?.name, session.state.rooms[0]?.last_seq],
    ['new name', 3],
  )
  session.close()
})

test('a large room that my own line tells of late, as a small one, is read anew', async () => {
  const { session, streams, tell } = stage({
    '/rooms': { items: [] },
    '/rooms/3': () => ({ ...room(3, 2), is_large: true }),
  })
  await until('the stream', () => streams.length === 1)
  tell({ id: 'a1.5~3.7', type: 'room_resync', data: { room_id: 3 } })
  tell({ id: 'a1.6~3.7', type: 'room_created', data: { room_id: 3, room: room(3, 1) } })
  await until('the founding', () => session.state.rooms[0]?.last_seq === 1)
  tell({ id: 'a1.7~3.7', type: 'room_enlarged', data: { room_id: 3 } })
  await until('the enlargement', () => session.cursor === 'a1.7~3.7')
  assert.deepEqual(
    session.state.rooms.map(({ is_large, last_seq }) => [is_large, last_seq]),
    [[true, 2]],
  )
  session.close()
})
