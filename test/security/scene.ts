// One room with everybody whom an access rule knows, and the things that paths name.
import assert from 'node:assert/strict'
import { createClient, upload } from '@sosik/client'
import { createRoom, removeMember, sendMessage } from '@sosik/contract/chat'
import type { Actor } from '@sosik/contract/access'
import { acceptFriend, blockUser, requestFriend } from '@sosik/contract/friend'
import type { AnyRoute, AnswerOf } from '@sosik/contract/route'
import { insertNotice } from '@sosik/services/notification/store.ts'
import { uuidv7 } from 'uuidv7'
import {
  OBSERVER_TOKEN,
  OPERATOR_TOKEN,
  type Product,
  REDRIVER_TOKEN,
  type Somebody,
} from './product.ts'

/** What a path can name, by the name of its parameter. */
export type Things = Readonly<Record<string, string | number>>

export interface Scene {
  readonly tokens: Readonly<Record<Actor, string | undefined>>
  /** What the route's path names. */
  readonly thingsOf: (route: AnyRoute) => Things
  /** What a body can name. */
  readonly given: Readonly<Record<string, unknown>>
}

/** Ids of the right form that nobody has. */
export const UNKNOWN: Things = {
  room_id: 999_999_999,
  message_id: '019bf8a0-0000-7000-8000-00000000dead',
  file_id: '019bf8a0-0000-7000-8000-00000000dead',
  user_id: 999_999_999,
  friendship_id: 999_999_999,
  notification_id: '019bf8a0-0000-7000-8000-00000000dead',
  session_id: '019bf8a0-0000-7000-8000-00000000dead',
}

/** What is no id at all; a text is malformed when it is too long. */
export const MALFORMED: Things = {
  room_id: 'x',
  message_id: 'x'.repeat(101),
  file_id: 'x',
  user_id: '0',
  friendship_id: '1e3',
  notification_id: 'x'.repeat(101),
  session_id: 'x'.repeat(101),
}

/**
 * The owner's group: the member has written, asked the owner to be friends, and been told; a fellow
 * is the member's friend, and who has left is blocked by the member.
 */
export async function openScene(product: Product): Promise<Scene> {
  const [owner, member, fellow, left, stranger] = await Promise.all(
    Array.from({ length: 5 }, () => product.somebody()),
  )
  assert(owner && member && fellow && left && stranger)
  const room = await done(product, owner, createRoom, {
    body: { room_type: 'group', member_ids: [member, fellow, left].map((one) => one.userId) },
  })
  const { room_id } = room
  await done(product, owner, removeMember, { params: { room_id, user_id: left.userId } })
  const message = await done(product, member, sendMessage, {
    params: { room_id },
    body: { client_message_id: 'first', content: 'text of the scene' },
  })
  const file = await upload(createClient({ baseUrl: product.url, token: member.token }), {
    kind: 'file',
    name: 'a.txt',
    bytes: new Blob(['bytes of the scene']),
  })
  await done(product, member, sendMessage, {
    params: { room_id },
    body: { client_message_id: 'second', content: file.address, message_type: 'file' },
  })
  const friendship = await done(product, member, requestFriend, {
    body: { addressee_id: owner.userId },
  })
  const befriended = await done(product, member, requestFriend, {
    body: { addressee_id: fellow.userId },
  })
  await done(product, fellow, acceptFriend, {
    params: { friendship_id: befriended.friendship_id },
  })
  await done(product, member, blockUser, { params: { user_id: left.userId } })
  const notification_id = uuidv7()
  const about = { title: '', content: { display_name: '' }, subject: 'x' }
  const notice = { userId: member.userId, type: 'welcome' as const, ...about }
  await insertNotice(product.parts.database, notification_id, notice, new Date())
  const things = {
    room_id,
    message_id: message.message_id,
    file_id: file.file_id,
    user_id: fellow.userId,
    friendship_id: friendship.friendship_id,
    notification_id,
    session_id: member.sessionId,
  }
  return {
    tokens: {
      anonymous: undefined,
      stranger: stranger.token,
      ex_member: left.token,
      member: member.token,
      owner: owner.token,
      observer: OBSERVER_TOKEN,
      redriver: REDRIVER_TOKEN,
      operator: OPERATOR_TOKEN,
    },
    thingsOf: ({ path }) =>
      path.startsWith('/blocks') ? { ...things, user_id: left.userId } : things,
    given: { addressee_id: fellow.userId, member_ids: [fellow.userId], room_type: 'group' },
  }
}

/** What they ask for is done; its answer. */
async function done<One extends AnyRoute>(
  product: Product,
  who: Somebody,
  route: One,
  given: { readonly params?: Things; readonly body?: object } = {},
): Promise<AnswerOf<One>> {
  const asked = { token: who.token, ...(given.body && { body: given.body }) }
  const response = await product.ask(route.method, pathOf(route, given.params ?? {}), asked)
  const text = await response.text()
  assert.equal(response.status, route.status, `${route.method} ${route.path}: ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as AnswerOf<One>
}

export function pathOf({ path }: AnyRoute, things: Things): string {
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const thing = things[name]
    if (thing === undefined) throw new Error(`${path} names ${name}: give the scene one`)
    return encodeURIComponent(thing)
  })
}
