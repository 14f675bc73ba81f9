// What chat's tests stand on: the service with people, a clock, and ears for what it announces.
import {
  createRoom,
  deleteMessage,
  editMessage,
  inviteMembers,
  LARGE_ROOM_MEMBERS,
  leaveRoom,
  markRead,
  muteRoom,
  readRoom,
  removeMember,
  sendMessage,
  typeInRoom,
} from '@sosik/contract/chat'
import type { ProblemCode } from '@sosik/contract/errors'
import type { AnyRoute, AnswerOf } from '@sosik/contract/route'
import { type Database, migrate } from 'sosik/postgres'
import { randomUUID } from 'node:crypto'
import { ask, type Given, hear, rememberAnnounced } from '../rehearsal.ts'
import type { Letter } from '../letters.ts'
import type { MessageFiles, Profile, SentFile } from '../service.ts'
import { type ChatService, chatService } from './index.ts'
import type { Ephemeral } from './routes/parts.ts'
import type { Message } from './store/messages.ts'
import type { Room } from './store/rooms.ts'

export const START_MS = Date.parse('2026-01-27T12:00:00.000Z')

export interface Stage {
  readonly database: Database
  readonly chat: ChatService
  readonly profiles: Map<number, Profile>
  /** What was told of changed profiles. */
  readonly letters: Letter[]
  /** By message, the file that it carries. */
  readonly carried: Map<string, string>
  /** What was told to who is connected. */
  readonly whispers: { readonly userIds: readonly number[]; readonly news: Ephemeral }[]
  /** How much later the next look at the clock is. */
  wait(ms: number): void
  /** Called inside a command, after it has read profiles that it has not written yet. */
  profilesRead: () => Promise<void>
  /** What stands between people; nothing does at first. */
  barrier: (userId: number, otherIds: readonly number[]) => ProblemCode | undefined
  /** Called inside a command, after it has written all that it writes. */
  announced: () => Promise<void>
  /** Calls a route as that user; the answer must fit its schema. */
  ask<One extends AnyRoute>(route: One, userId: number, given?: Given): Promise<AnswerOf<One>>
  open(roomType: 'direct' | 'group', userId: number, ...memberIds: number[]): Promise<Room>
  room(userId: number, roomId: number): Promise<Room>
  send(userId: number, roomId: number, content: string, clientId?: string): Promise<Message>
  read(userId: number, roomId: number, seq: number): Promise<{ read_seq: number }>
  invite(userId: number, roomId: number, ...memberIds: number[]): Promise<Room>
  leave(userId: number, roomId: number): Promise<void>
  remove(userId: number, roomId: number, memberId: number): Promise<void>
  edit(userId: number, message: Place, content: string): Promise<Message>
  erase(userId: number, message: Place): Promise<Message>
  mute(userId: number, roomId: number, muted: boolean): Promise<{ muted: boolean }>
  type(userId: number, roomId: number): Promise<void>
  /** Says that the upload is a file of that person and kind, to be sent once. */
  uploaded(fileId: string, userId: number, kind: 'image' | 'file'): void
  /** Handles `UserProfileUpdated` in a transaction of its own. */
  hearProfile(userId: number, displayName: string, atMs: number): Promise<void>
  /** What was announced and committed since the last look. */
  news(): { readonly name: string; readonly data: Record<string, unknown> }[]
}

type Place = Pick<Message, 'room_id' | 'message_id'>

/** Migrates the database; people 1 to `peopleCount` exist; each look at the clock is 1 ms later. */
export async function openStage(
  database: Database,
  peopleCount: number,
  largeRoomMembers = LARGE_ROOM_MEMBERS,
): Promise<Stage> {
  const announced = rememberAnnounced()
  const files = uploadedFiles()
  let nowMs = START_MS
  const chat = chatService({
    database,
    clock: { nowMs: () => nowMs++, after: () => () => {} },
    largeRoomMembers,
    newMessageId: randomUUID,
    deliver: (_tx, letters) => void stage.letters.push(...letters),
    files: files.answers,
    tellConnected: (userIds, news) => void stage.whispers.push({ userIds, news }),
    async readProfiles(_sql, userIds) {
      const read = new Map([...stage.profiles].filter(([userId]) => userIds.includes(userId)))
      await stage.profilesRead()
      return read
    },
    barrier: async (_sql, userId, otherIds) => stage.barrier(userId, otherIds),
    lockPair: async () => {},
    async announce(tx, events) {
      await announced.announce(tx, events)
      await stage.announced()
    },
  })
  const stage: Stage = {
    database,
    chat,
    profiles: new Map(Array.from({ length: peopleCount }, (_, at) => [at + 1, person(at + 1)])),
    letters: [],
    carried: files.carried,
    whispers: [],
    wait: (ms) => void (nowMs += ms),
    profilesRead: async () => {},
    barrier: () => undefined,
    announced: async () => {},
    ask: (route, userId, given) => ask(chat, route, userId, given),
    open: (room_type, userId, ...member_ids) =>
      stage.ask(createRoom, userId, { body: { room_type, member_ids } }),
    room: (userId, room_id) => stage.ask(readRoom, userId, { params: { room_id } }),
    send: (userId, room_id, content, client_message_id = randomUUID()) =>
      stage.ask(sendMessage, userId, { params: { room_id }, body: { client_message_id, content } }),
    read: (userId, room_id, seq) =>
      stage.ask(markRead, userId, { params: { room_id }, body: { seq } }),
    invite: (userId, room_id, ...member_ids) =>
      stage.ask(inviteMembers, userId, { params: { room_id }, body: { member_ids } }),
    leave: async (userId, room_id) =>
      void (await stage.ask(leaveRoom, userId, { params: { room_id } })),
    async remove(userId, room_id, user_id) {
      await stage.ask(removeMember, userId, { params: { room_id, user_id } })
    },
    edit: (userId, { room_id, message_id }, content) =>
      stage.ask(editMessage, userId, { params: { room_id, message_id }, body: { content } }),
    erase: (userId, { room_id, message_id }) =>
      stage.ask(deleteMessage, userId, { params: { room_id, message_id } }),
    mute: (userId, room_id, muted) =>
      stage.ask(muteRoom, userId, { params: { room_id }, body: { muted } }),
    async type(userId, room_id) {
      await stage.ask(typeInRoom, userId, { params: { room_id } })
    },
    uploaded: files.uploaded,
    async hearProfile(userId, displayName, atMs) {
      const timestamp = new Date(atMs).toISOString()
      const { username: _, ...profile } = person(userId, displayName).person
      await hear(chat, database, 'UserProfileUpdated', { ...profile, timestamp })
    },
    news: announced.news,
  }
  await migrate(database, chat.migrations)
  return stage
}

/** The files service as chat knows it. */
function uploadedFiles() {
  const uploads = new Set<string>()
  const carried = new Map<string, string>()
  const nameOf = ({ kind, userId, fileId }: SentFile) => `${kind}/${userId}/${fileId}`
  const answers: MessageFiles = {
    async tie(_tx, file, { messageId }) {
      const isThere = uploads.delete(nameOf(file))
      if (isThere) carried.set(messageId, file.fileId)
      return isThere
    },
    drop: async (_tx, messageId) => void carried.delete(messageId),
  }
  const uploaded = (fileId: string, userId: number, kind: 'image' | 'file') =>
    void uploads.add(nameOf({ fileId, userId, kind }))
  return { answers, carried, uploaded }
}

export function person(userId: number, displayName = `Person ${userId}`, atMs = START_MS): Profile {
  const common = { profile_image_url: '', status_message: '' }
  const username = `person_${userId}`
  return {
    person: { user_id: userId, username, display_name: displayName, ...common },
    updatedAt: new Date(atMs),
  }
}
