// The rules between two people: none, requested, then friends or not; and blocks, which win. Pure.
import type { ProblemCode } from '@sosik/contract/errors'

export type FriendState = 'requested' | 'accepted' | 'rejected' | 'cancelled' | 'removed'
export type FriendAction = 'accept' | 'reject' | 'cancel'

export interface Friendship {
  readonly requester_id: number
  readonly addressee_id: number
  readonly state: FriendState
}

/** What stands between two people; of requests and friendships one at most is open. */
export interface Between<Open extends Friendship = Friendship> {
  readonly open: Open | undefined
  /** Who of the two blocks the other. */
  readonly blockerIds: readonly number[]
}

export type Decision<Outcome> =
  | { readonly outcome: Outcome; readonly problem: undefined }
  | { readonly outcome: undefined; readonly problem: ProblemCode }

const OUTCOMES = { accept: 'accepted', reject: 'rejected', cancel: 'cancelled' } as const

/** What an action makes of a request; a stranger is not told that it exists. */
export function decide(
  request: Friendship | undefined,
  userId: number,
  action: FriendAction,
): Decision<FriendState> {
  const requester = request?.requester_id === userId
  const addressee = request?.addressee_id === userId
  if (request === undefined || (!requester && !addressee)) return refuse('not_found')
  if (requester !== (action === 'cancel')) return refuse('not_allowed')
  if (request.state !== 'requested') return refuse('request_closed')
  return { outcome: OUTCOMES[action], problem: undefined }
}

/** What asking means beside what stands between the two: a new request, or friends at once. */
export function ask(
  { open, blockerIds }: Between,
  userId: number,
  addresseeId: number,
): Decision<'request' | 'accept'> {
  if (userId === addresseeId) return refuse('yourself')
  const barred = barrier(blockerIds, userId)
  if (barred !== undefined) return refuse(barred)
  if (open === undefined) return { outcome: 'request', problem: undefined }
  if (open.state === 'accepted') return refuse('already_friends')
  if (open.requester_id === userId) return refuse('request_open')
  return { outcome: 'accept', problem: undefined }
}

/**
 * Why somebody may not reach others, given who blocks on either side. To the blocked one, who is
 * not told of it, the other is like somebody who does not exist.
 */
export function barrier(blockerIds: readonly number[], userId: number): ProblemCode | undefined {
  if (blockerIds.includes(userId)) return 'person_blocked'
  return blockerIds.length > 0 ? 'not_found' : undefined
}

/** What a block by that person makes of what is open. */
export function blocked(open: Friendship, blockerId: number): FriendState {
  if (open.state === 'accepted') return 'removed'
  return open.requester_id === blockerId ? 'cancelled' : 'rejected'
}

const refuse = (problem: ProblemCode) => ({ outcome: undefined, problem })
