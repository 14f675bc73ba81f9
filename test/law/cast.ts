// Who plays in a round, and what they have made so far: people, rooms, messages, requests.
import { type Client, followState, ProblemAnswer, type Session } from '@sosik/client'
import type { Newcomer } from './world.ts'

export interface Actor extends Newcomer {
  session: Session
}

/** How often each type of news was applied, and snapshots were taken. */
export type Heard = Map<string, number>

export interface Cast {
  readonly actors: Actor[]
  readonly heard: Heard
  /** What ended a session, or kept a room from being shown, and must not. */
  readonly faults: unknown[]
  readonly rooms: number[]
  readonly messages: Said[]
  readonly friendships: Asked[]
  /** How many commands were given. */
  commands: number
  /** How many rooms are being read to be shown. */
  opening: number
}

export interface Said {
  readonly room_id: number
  readonly message_id: string
  readonly user_id: number
}

export interface Asked {
  readonly friendship_id: number
  readonly requester_id: number
  readonly addressee_id: number
}

export function castOf(newcomers: readonly Newcomer[], heard: Heard): Cast {
  const made = { rooms: [], messages: [], friendships: [] }
  const cast: Cast = { actors: [], heard, faults: [], ...made, commands: 0, opening: 0 }
  for (const one of newcomers) {
    cast.actors.push({ ...one, session: follow(cast, one.client) })
  }
  return cast
}

/** Counts round the list; nothing of an empty one. */
export function pick<Item>(items: readonly Item[], number: number): Item | undefined {
  return items[number % items.length]
}

/** The session is thrown away, and another one begins from a snapshot. */
export function beginAnew(cast: Cast, actor: Actor): void {
  const { open } = actor.session.state
  actor.session.close()
  actor.session = follow(cast, actor.client)
  for (const { room_id } of open) show(cast, actor, room_id)
}

export function show(cast: Cast, { session }: Actor, roomId: number): void {
  cast.opening += 1
  session
    .openRoom(roomId)
    .catch((error: unknown) => {
      if (!isUsual(error)) cast.faults.push(error)
    })
    .finally(() => {
      cast.opening -= 1
    })
}

export function closeAll({ actors }: Cast): void {
  for (const { session } of actors) session.close()
}

function follow({ heard, faults }: Cast, client: Client): Session {
  const note = (type = 'snapshot') => heard.set(type, (heard.get(type) ?? 0) + 1)
  const session = followState(client, { onChange: (_state, event) => note(event?.type) })
  session.ended.catch((error: unknown) => faults.push(error))
  return session
}

/** Who is no member does not see a room, and nobody does whose session closes meanwhile. */
function isUsual(error: unknown): boolean {
  if (error instanceof ProblemAnswer) return error.code === 'not_found'
  return error instanceof Error && error.name === 'AbortError'
}
