// What chat's tests stand on: the service with people, a clock, and ears for what it announces.
import assert from 'node:assert/strict'
import { createRoom, markRead, readRoom, sendMessage } from '@sosik/contract/chat'
import type { AnyRoute, AnswerOf } from '@sosik/contract/route'
import { encode } from 'sosik'
import type { NewEvent } from 'sosik/catalogue'
import { type Database, migrate } from 'sosik/postgres'
import { Compile } from 'typebox/compile'
import { uuidv7 } from 'uuidv7'
import type { Profile, RouteRequest } from '../service.ts'
import { type ChatService, chatService } from './index.ts'
import type { Message, Room } from './store.ts'

export const START_MS = Date.parse('2026-01-27T12:00:00.000Z')

export interface Stage {
  readonly chat: ChatService
  readonly profiles: Map<number, Profile>
  /** Called inside a command, after it has read profiles that it has not written yet. */
  profilesRead: () => Promise<void>
  /** Called inside a command, after it has written all that it writes. */
  announced: () => Promise<void>
  /** Calls a route as that user; the answer must fit its schema. */
  ask<One extends AnyRoute>(route: One, userId: number, given?: Given): Promise<AnswerOf<One>>
  open(roomType: 'direct' | 'group', userId: number, ...memberIds: number[]): Promise<Room>
  room(userId: number, roomId: number): Promise<Room>
  send(userId: number, roomId: number, content: string, clientId?: string): Promise<Message>
  read(userId: number, roomId: number, seq: number): Promise<{ read_seq: number }>
  /** Handles `UserProfileUpdated` in a transaction of its own. */
  hearProfile(userId: number, displayName: string, atMs: number): Promise<void>
  /** What was announced and committed since the last look. */
  news(): { readonly name: string; readonly data: Record<string, unknown> }[]
}

interface Given {
  readonly params?: object
  readonly query?: object
  readonly body?: object
}

/** Migrates the database; people 1 to `peopleCount` exist; each look at the clock is 1 ms later. */
export async function openStage(database: Database, peopleCount: number): Promise<Stage> {
  const said: NewEvent[] = []
  let nowMs = START_MS
  const chat = chatService({
    database,
    clock: { nowMs: () => nowMs++, after: () => () => {} },
    newMessageId: uuidv7,
    async readProfiles(_sql, userIds) {
      const read = new Map([...stage.profiles].filter(([userId]) => userIds.includes(userId)))
      await stage.profilesRead()
      return read
    },
    async announce(tx, events) {
      for (const event of events) encode(event, { id: uuidv7(), time: new Date().toISOString() })
      tx.afterCommit(() => said.push(...events))
      await stage.announced()
    },
  })
  const people = Array.from({ length: peopleCount }, (_, at) => at + 1)
  const stage: Stage = {
    chat,
    profiles: new Map(people.map((userId) => [userId, person(userId)])),
    profilesRead: async () => {},
    announced: async () => {},
    async ask(route, userId, { params = {}, query = {}, body = {} } = {}) {
      const handler = chat.routes.find((one) => one.route === route)?.handler
      assert(handler, `${route.method} ${route.path} is answered`)
      const caller = { userId, sessionId: 'session' }
      const request = { params, query, body, caller, correlationId: 'request' } as RouteRequest
      const answer = await handler(request)
      assert(Compile(route.answer).Check(answer), 'the answer fits its schema')
      return answer as AnswerOf<typeof route>
    },
    open: (room_type, userId, ...member_ids) =>
      stage.ask(createRoom, userId, { body: { room_type, member_ids } }),
    room: (userId, room_id) => stage.ask(readRoom, userId, { params: { room_id } }),
    send: (userId, room_id, content, client_message_id = uuidv7()) =>
      stage.ask(sendMessage, userId, { params: { room_id }, body: { client_message_id, content } }),
    read: (userId, room_id, seq) =>
      stage.ask(markRead, userId, { params: { room_id }, body: { seq } }),
    hearProfile: (userId, displayName, atMs) =>
      database.transaction(async (tx) => {
        const handler = chat.hears[0]?.handlers.UserProfileUpdated
        await handler?.(profileUpdated(userId, displayName, atMs), { tx })
      }),
    news: () =>
      said.splice(0).map((event) => ({ name: event.definition.name, data: { ...event.data } })),
  }
  await migrate(database, chat.migrations)
  return stage
}

export function person(userId: number, displayName = `Person ${userId}`, atMs = START_MS): Profile {
  const common = { profile_image_url: '', status_message: '' }
  const username = `person_${userId}`
  return {
    person: { user_id: userId, username, display_name: displayName, ...common },
    updatedAt: new Date(atMs),
  }
}

function profileUpdated(userId: number, displayName: string, atMs: number) {
  const { username: _, ...profile } = person(userId, displayName).person
  const time = new Date(atMs).toISOString()
  const position = { topic: 'user.events', partition: 0, offset: 0n }
  const data = { ...profile, timestamp: time }
  return { type: 'UserProfileUpdated', id: uuidv7(), time, key: String(userId), data, position }
}
