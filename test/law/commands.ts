// What people do in a round, each command a call of the API; refusals are part of life.
import { type Client, ProblemAnswer, upload } from '@sosik/client'
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
import {
  acceptFriend,
  blockUser,
  cancelFriend,
  listBlocks,
  listFriends,
  rejectFriend,
  removeFriend,
  requestFriend,
  unblockUser,
} from '@sosik/contract/friend'
import {
  listNotifications,
  readNotification,
  readNotifications,
} from '@sosik/contract/notification'
import { updateProfile } from '@sosik/contract/user'
import { type Cast, pick, type Said, show } from './cast.ts'
import type { COMMANDS, Step } from './steps.ts'

/** Brings everybody into one group, or all but the last one, and lets them look at it. */
export async function acquaint(cast: Cast, isWhole: boolean): Promise<void> {
  const count = cast.actors.length - (isWhole ? 0 : 1)
  await command('open', cast, { do: 'open', by: 0, at: 1, to: (1 << count) - 1 })
  for (const roomId of cast.rooms) for (const actor of cast.actors) show(cast, actor, roomId)
}

interface Scene {
  readonly client: Client
  readonly userId: number
  readonly cast: Cast
  readonly step: Step
  /** New in every command of a round. */
  readonly text: string
}

type Place = Pick<Said, 'room_id' | 'message_id'>
type Command = (scene: Scene) => Promise<unknown>

const REFUSED_STATUS_MAX = 499
/** One of so many changes of others' things is tried by whoever it is. */
const STRANGERS_OF = 4
const REQUESTS_ANSWERED = 3
const ANSWERS = [acceptFriend, cancelFriend, acceptFriend, rejectFriend, cancelFriend]
/** One of so many notifications is read together with all before it. */
const UP_TO_OF = 3
/** Names whose order is not the order of JavaScript's letters. */
const NAMES = ['Ä', 'a', 'B', 'b', '가', '힣', 'ﬀ', '😀', 'Z', '_']

/** An image as far as anybody looks into it. */
const GIF = new Blob(['GIF89a'])
const IMAGE_OF_THE_WEB = 'https://example.com/image.png'
/** One image of so many is sent by its address on the web. */
const WEB_OF = 3

/** Throws only for what no refusal explains. */
export async function command(
  name: (typeof COMMANDS)[number],
  cast: Cast,
  step: Step,
): Promise<void> {
  const actor = pick(cast.actors, step.by)
  if (actor === undefined) return
  const { client, userId } = actor
  cast.commands += 1
  try {
    await DO[name]({ client, userId, cast, step, text: `${name} ${cast.commands}` })
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
  (act: (scene: Scene, client: Client, params: Place) => Promise<unknown>): Command =>
  async (scene) => {
    const { cast, step } = scene
    const message = pick(cast.messages, step.at)
    if (message === undefined) return
    const author = cast.actors.find((one) => one.userId === message.user_id)
    // Mostly its author, who alone may do most of it.
    const client = step.to % STRANGERS_OF === 0 ? scene.client : author?.client
    const { room_id, message_id } = message
    if (client) await act(scene, client, { room_id, message_id })
  }

const otherOf = ({ cast, step, userId }: Scene): number =>
  pick(cast.actors, step.to)?.userId ?? userId

const DO: Readonly<Record<(typeof COMMANDS)[number], Command>> = {
  async befriend(scene) {
    const body = { addressee_id: otherOf(scene) }
    scene.cast.friendships.push(await scene.client.call(requestFriend, { body }))
  },
  async answer({ client, cast, step }) {
    // The newest first: the older ones are mostly answered.
    const asked = pick(cast.friendships.toReversed(), step.at % REQUESTS_ANSWERED)
    const route = pick(ANSWERS, step.to)
    if (asked === undefined || route === undefined) return
    const whoseIt = route === cancelFriend ? asked.requester_id : asked.addressee_id
    const right = cast.actors.find((one) => one.userId === whoseIt)?.client
    const who = step.to % STRANGERS_OF === 0 ? client : right
    await who?.call(route, { params: { friendship_id: asked.friendship_id } })
  },
  async unfriend({ client, step }) {
    const friend = pick((await client.call(listFriends, { query: {} })).items, step.at)
    if (friend) await client.call(removeFriend, { params: { user_id: friend.user_id } })
  },
  block: (scene) => scene.client.call(blockUser, { params: { user_id: otherOf(scene) } }),
  async unblock({ client, step }) {
    const blocked = pick((await client.call(listBlocks, { query: {} })).items, step.at)
    if (blocked) await client.call(unblockUser, { params: { user_id: blocked.user_id } })
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
  attach: inRoom(async ({ client, cast, step, text }, params) => {
    const message_type = step.to % 2 === 0 ? 'image' : 'file'
    const content =
      step.to % WEB_OF === 0
        ? IMAGE_OF_THE_WEB
        : (await upload(client, { kind: message_type, name: text, bytes: GIF })).address
    const body = { client_message_id: text, content, message_type } as const
    cast.messages.push(await client.call(sendMessage, { params, body }))
  }),
  edit: onMessage(({ text }, client, params) =>
    client.call(editMessage, { params, body: { content: text } }),
  ),
  erase: onMessage((_scene, client, params) => client.call(deleteMessage, { params })),
  read: inRoom(async ({ client, step }, params) => {
    const { last_seq, read_seq } = await client.call(readRoom, { params })
    const seq = last_seq - (step.to % Math.max(last_seq - read_seq, 1))
    if (seq > 0) await client.call(markRead, { params, body: { seq } })
  }),
  async notice({ client, step }) {
    const one = pick((await client.call(listNotifications, {})).items, step.at)
    if (one === undefined) return
    const { notification_id } = one
    if (step.to % UP_TO_OF === 0) {
      await client.call(readNotifications, { body: { notification_id } })
    } else await client.call(readNotification, { params: { notification_id } })
  },
  async profile({ client, step, text }) {
    const body = { display_name: `${pick(NAMES, step.at) ?? ''} ${text}` }
    await client.call(updateProfile, { body })
  },
}
