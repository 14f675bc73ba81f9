// The rules of a friendship: none, requested, then accepted, rejected or cancelled. Pure.
import type { ProblemCode } from '@sosik/contract/errors'

export type FriendState = 'requested' | 'accepted' | 'rejected' | 'cancelled'
export type FriendAction = 'accept' | 'reject' | 'cancel'

export interface Friendship {
  readonly requester_id: number
  readonly addressee_id: number
  readonly state: FriendState
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

/** What asking means beside what is open between the two: a new request, or friends at once. */
export function ask(
  open: Friendship | undefined,
  userId: number,
  addresseeId: number,
): Decision<'request' | 'accept'> {
  if (userId === addresseeId) return refuse('yourself')
  if (open === undefined) return { outcome: 'request', problem: undefined }
  if (open.state === 'accepted') return refuse('already_friends')
  if (open.requester_id === userId) return refuse('request_open')
  return { outcome: 'accept', problem: undefined }
}

const refuse = (problem: ProblemCode) => ({ outcome: undefined, problem })
