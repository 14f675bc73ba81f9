// Who plays in a round, and what they have made so far: people, rooms, messages, requests.
import { type Client, followState, type Session } from '@sosik/client'

export interface Actor {
  readonly userId: number
  readonly client: Client
  session: Session
}

export interface Cast {
  readonly actors: readonly Actor[]
  readonly rooms: number[]
  readonly messages: { readonly room_id: number; readonly message_id: string }[]
  readonly friendships: number[]
}

export function castOf(people: readonly { userId: number; client: Client }[]): Cast {
  const actors = people.map((one) => ({ ...one, session: followState(one.client) }))
  return { actors, rooms: [], messages: [], friendships: [] }
}

/** Counts round the list; nothing of an empty one. */
export function pick<Item>(items: readonly Item[], number: number): Item | undefined {
  return items[number % items.length]
}

/** The session is thrown away, and another one begins from a snapshot. */
export function beginAnew(actor: Actor): void {
  const { open } = actor.session.state
  actor.session.close()
  actor.session = followState(actor.client)
  for (const { room_id } of open) show(actor, room_id)
}

/** Who is no member, or closes meanwhile, does not see it. */
export function show({ session }: Actor, roomId: number): void {
  session.openRoom(roomId).catch(() => {})
}

export function closeAll({ actors }: Cast): void {
  for (const { session } of actors) session.close()
}
