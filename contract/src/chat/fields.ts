// What chat's events and routes are made of: limits and the schemas that they share.
import { Id } from 'sosik/catalogue'
import { Type } from 'typebox'

export const MEMBERS_MAX = 2_000
/** A room of more members is large, and stays so: its messages have one line, not one a member. */
export const LARGE_ROOM_MEMBERS = 500
/** People whom one call invites: each of them is an event that every member is told. */
export const INVITED_MAX = 20
export const CONTENT_LENGTH_MAX = 10_000
export const MESSAGES_READ_MAX = 1_000
export const ROOM_NAME_LENGTH_MAX = 100
/** Items of a page at most. */
export const PAGE_LIMIT_MAX = 100

export const RoomType = Type.Union([Type.Literal('direct'), Type.Literal('group')])
export const MessageType = Type.Union([
  Type.Literal('text'),
  Type.Literal('image'),
  Type.Literal('file'),
])

/** A place in a room's history or a marker over it; nought before the first message. */
export const Seq = Type.Integer({ minimum: 0 })

export const inRoom = { auth: 'user', params: { room_id: Id } } as const

/** What a caller writes: something, and without NUL, which no PostgreSQL text can hold. */
export const written = (lengthMax: number) =>
  Type.String({ minLength: 1, maxLength: lengthMax, pattern: '^[^\\u0000]*$' })

export const limit = (fallback: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_LIMIT_MAX, default: fallback }))
