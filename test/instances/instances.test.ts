// Three instances of the notification group: one is killed, one is stopped, every message arrives.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createRoom, sendMessage } from '@sosik/contract/chat'
import { messenger } from '@sosik/contract/catalogue'
import { notificationGroup } from '@sosik/contract/notification'
import { withRealParts } from '../support/parts.ts'
import { registerPerson } from '../support/person.ts'
import { freePort, startServerProcess } from '../support/server-process.ts'
import { until } from 'sosik/testing'

const ROOMS = 10
const MESSAGES = 400
const KILL_AFTER = 130
const STOP_AFTER = 260
const DELIVERY_MS_MAX = 60_000

const worker = `worker:${notificationGroup.name}`
const others = [
  'api',
  'gateway',
  'relay',
  ...messenger.groups.map((group) => `worker:${group.name}`).filter((role) => role !== worker),
]

test('of three instances one is killed, one stopped: every message once', () =>
  withRealParts(async (real) => {
    const start = async (roles: readonly string[]) =>
      startServerProcess({ port: await freePort(), real, roles })
    const front = await start(others)
    const workers = await Promise.all([start([worker]), start([worker]), start([worker])])
    try {
      const suffix = Date.now().toString(36)
      const sender = await registerPerson(front.url, `from_${suffix}`, '보내는 이')
      const reader = await registerPerson(front.url, `to_${suffix}`, '받는 이')
      const roomIds: number[] = []
      for (let at = 0; at < ROOMS; at += 1) {
        const body = { room_type: 'group' as const, member_ids: [reader.userId], name: `방 ${at}` }
        roomIds.push((await sender.client.call(createRoom, { body })).room_id)
      }
      await reader.listen()
      for (let at = 0; at < MESSAGES; at += 1) {
        const params = { room_id: roomIds[at % ROOMS] ?? 0 }
        const body = { client_message_id: String(at), content: `메시지 ${at}` }
        await sender.client.call(sendMessage, { params, body })
        if (at === KILL_AFTER) await workers[0]?.kill()
        if (at === STOP_AFTER) assert.equal(await workers[1]?.stop(), 0)
      }
      const messages = () => reader.arrived.filter((event) => event.type === 'message')
      await until('every message', () => messages().length >= MESSAGES, DELIVERY_MS_MAX)
      assert.equal(new Set(messages().map(({ data }) => data.message_id)).size, MESSAGES)
      for (const roomId of roomIds) {
        const ofRoom = messages().filter(({ data }) => data.room_id === roomId)
        const numbers = ofRoom.map(({ data }) => data.seq)
        assert.deepEqual(
          numbers,
          numbers.map((_, at) => at + 1),
        )
      }
      reader.close()
    } finally {
      await Promise.all(workers.map((one) => one.kill()))
      await front.stop()
    }
  }))
