// What people do in a round, each command a call of the API; refusals are part of life.
import { type Client, ProblemAnswer } from '@sosik/client'
import {
  createRoom,
  deleteMessage,
  editMessage,
  inviteMembers,
  leaveRoom,
  markRead,
  muteRoom,
  readRoom,
  removeMember,
  renameRoom,
  sendMessage,
} from '@sosik/contract/chat'
import { acceptFriend, cancelFriend, rejectFriend, requestFriend } from '@sosik/contract/friend'
import { listNotifications, readNotification } from '@sosik/contract/notification'
import { updateProfile } from '@sosik/contract/user'
import { type Cast, pick } from './cast.ts'
import type { COMMANDS, Step } from './steps.ts'

interface Scene {
  readonly client: Client
  readonly userId: number
  readonly cast: Cast
  readonly step: Step
  /** New in every call. */
  readonly text: string
}

type Command = (scene: Scene) => Promise<unknown>

const REFUSED_STATUS_MAX = 499
const ANSWERS = [acceptFriend, acceptFriend, acceptFriend, rejectFriend, cancelFriend]
/** Names whose order is not the order of JavaScript's letters. */
const NAMES = ['Ä', 'a', 'B', 'b', '가', '힣', 'ﬀ', '😀', 'Z', '_']

let calls = 0

/** Throws only for what no refusal explains. */
export async function command(name: (typeof COMMANDS)[number], cast: Cast, step: Step) {
  const actor = pick(cast.actors, step.by)
  if (actor === undefined) return
  const { client, userId } = actor
  calls += 1
  try {
    await DO[name]({ client, userId, cast, step, text: `${name} ${calls}` })
  } catch (error) {
    if (!(error instanceof ProblemAnswer && error.status <= REFUSED_STATUS_MAX)) throw error
  }
}

const inRoom =
  (act: (scene: Scene, params: { room_id: number }) => Promise<unknown>): Command =>
  async (scene) => {
    const roomId = pick(scene.cast.rooms, scene.step.at)
    if (roomId !== undefined) await act(scene, { room_id: roomId })
  }

const onMessage =
  (
    act: (scene: Scene, params: { room_id: number; message_id: string }) => Promise<unknown>,
  ): Command =>
  async (scene) => {
    const message = pick(scene.cast.messages, scene.step.at)
    if (message !== undefined) await act(scene, message)
  }

const otherOf = ({ cast, step, userId }: Scene): number =>
  pick(cast.actors, step.to)?.userId ?? userId

const DO: Readonly<Record<(typeof COMMANDS)[number], Command>> = {
  async befriend(scene) {
    const body = { addressee_id: otherOf(scene) }
    const { friendship_id } = await scene.client.call(requestFriend, { body })
    if (!scene.cast.friendships.includes(friendship_id)) scene.cast.friendships.push(friendship_id)
  },
  async answer({ client, cast, step }) {
    const friendship_id = pick(cast.friendships, step.at)
    const route = pick(ANSWERS, step.to)
    if (friendship_id !== undefined && route)
      await client.call(route, { params: { friendship_id } })
  },
  async open({ client, cast, step, userId, text }) {
    // The bits of `to` say who is asked; one alone is asked into a direct room half of the time.
    const asked = cast.actors.filter((one, at) => one.userId !== userId && (step.to >> at) & 1)
    const member_ids = asked.map((one) => one.userId)
    if (member_ids.length === 0) return
    const direct = member_ids.length === 1 && step.at % 2 === 0
    const body = direct
      ? { room_type: 'direct' as const, member_ids }
      : { room_type: 'group' as const, member_ids, name: text }
    const { room_id } = await client.call(createRoom, { body })
    if (!cast.rooms.includes(room_id)) cast.rooms.push(room_id)
  },
  invite: inRoom((scene, params) =>
    scene.client.call(inviteMembers, { params, body: { member_ids: [otherOf(scene)] } }),
  ),
  leave: inRoom(({ client }, params) => client.call(leaveRoom, { params })),
  remove: inRoom((scene, params) =>
    scene.client.call(removeMember, { params: { ...params, user_id: otherOf(scene) } }),
  ),
  rename: inRoom(({ client, text }, params) =>
    client.call(renameRoom, { params, body: { name: text } }),
  ),
  mute: inRoom(({ client, step }, params) =>
    client.call(muteRoom, { params, body: { muted: step.to % 2 === 0 } }),
  ),
  say: inRoom(async ({ client, cast, text }, params) => {
    const body = { client_message_id: text, content: text }
    cast.messages.push(await client.call(sendMessage, { params, body }))
  }),
  edit: onMessage(({ client, text }, params) =>
    client.call(editMessage, { params, body: { content: text } }),
  ),
  erase: onMessage(({ client }, params) => client.call(deleteMessage, { params })),
  read: inRoom(async ({ client, step }, params) => {
    const { last_seq, read_seq } = await client.call(readRoom, { params })
    const seq = last_seq - (step.to % Math.max(last_seq - read_seq, 1))
    if (seq > 0) await client.call(markRead, { params, body: { seq } })
  }),
  async notice({ client, step }) {
    const { items } = await client.call(listNotifications, {})
    const one = pick(items, step.at)
    if (one === undefined) return
    await client.call(readNotification, { params: { notification_id: one.notification_id } })
  },
  async profile({ client, step, text }) {
    const body = { display_name: `${pick(NAMES, step.at) ?? ''} ${text}` }
    await client.call(updateProfile, { body })
  },
}
