// How a friendship is told: the event of what it has become, with both names as they are now.
import { Problem } from '@sosik/contract/errors'
import {
  FriendRemoved,
  FriendRequestAccepted,
  FriendRequestCancelled,
  FriendRequestRejected,
  FriendRequestSent,
} from '@sosik/contract/friend'
import type { NewEvent } from 'sosik/catalogue'
import type { Transaction } from 'sosik/postgres'
import type { ReadProfiles } from '../service.ts'
import { type FriendshipRow, keepProfile } from './store.ts'

const EVENTS = {
  requested: FriendRequestSent,
  accepted: FriendRequestAccepted,
  rejected: FriendRequestRejected,
  cancelled: FriendRequestCancelled,
} as const

/** `byId` is whose command it was. */
export async function storyOf(
  tx: Transaction,
  readProfiles: ReadProfiles,
  row: FriendshipRow,
  { byId, at }: { readonly byId: number; readonly at: Date },
): Promise<NewEvent> {
  const people = await meet(tx, readProfiles, row.requester_id, row.addressee_id)
  const story = {
    friendship_id: row.friendship_id,
    requester_id: row.requester_id,
    requester_name: people.requester.display_name,
    addressee_id: row.addressee_id,
    addressee_name: people.addressee.display_name,
    timestamp: at.toISOString(),
  }
  if (row.state === 'removed') return FriendRemoved.of({ ...story, removed_by_id: byId })
  return EVENTS[row.state].of(story)
}

/** Both people with their copies kept; throws `not_found` when one does not exist. */
export async function meet(
  tx: Transaction,
  readProfiles: ReadProfiles,
  requesterId: number,
  addresseeId: number,
) {
  const profiles = await readProfiles(tx, [requesterId, addresseeId])
  const [requester, addressee] = [profiles.get(requesterId), profiles.get(addresseeId)]
  if (requester === undefined || addressee === undefined) throw new Problem('not_found')
  // In one order everywhere, so that two commands never wait for each other's copies.
  const sorted = [requester, addressee].sort((a, b) => a.person.user_id - b.person.user_id)
  for (const { person, updatedAt } of sorted) {
    await keepProfile(tx, person.user_id, person, updatedAt)
  }
  return { requester: requester.person, addressee: addressee.person }
}
