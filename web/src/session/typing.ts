// Who is typing where: true for a while after it was told, and until they say something.
import type { StreamEvent } from '@sosik/client'

interface Typist {
  readonly roomId: number
  readonly userId: number
  readonly untilMs: number
}

export type Typing = readonly Typist[]

/** After an event; the very same when it tells nothing of who is typing. */
export function applyToTyping(typing: Typing, event: StreamEvent, nowMs: number): Typing {
  const { type, data } = event
  if (type !== 'typing' && type !== 'message') return typing
  const [roomId, userId] = [Number(data.room_id), Number(data.user_id)]
  const others = typing.filter((one) => one.roomId !== roomId || one.userId !== userId)
  if (type === 'message') return others.length === typing.length ? typing : others
  return [...others, { roomId, userId, untilMs: nowMs + Number(data.typing_ms) }]
}

/** Without those who have stopped; the very same when nobody has. */
export function stillTyping(typing: Typing, nowMs: number): Typing {
  return typing.every(({ untilMs }) => untilMs > nowMs)
    ? typing
    : typing.filter(({ untilMs }) => untilMs > nowMs)
}
