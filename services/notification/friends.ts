// Who is told what of friendships that end and of blocks: the letters that their events become.
import type { FriendRemoved, UserBlocked, UserUnblocked } from '@sosik/contract/friend'
import type { DataOf } from 'sosik/catalogue'
import type { Letter } from './letters.ts'

/** To each of the two, who is not in their list any more; not which of them did it. */
export function friendRemoved(data: DataOf<typeof FriendRemoved>): Letter[] {
  const { friendship_id, requester_id, addressee_id, timestamp } = data
  const letter = (userId: number, goneId: number): Letter => ({
    userId,
    type: 'friend_removed',
    title: '',
    data: { friendship_id, user_id: goneId, timestamp },
  })
  return [letter(requester_id, addressee_id), letter(addressee_id, requester_id)]
}

/** Only the person's own devices; `user_id` is whom they block, or do not any more. */
export function blockChanged(
  type: 'user_blocked' | 'user_unblocked',
  data: DataOf<typeof UserBlocked> | DataOf<typeof UserUnblocked>,
): Letter {
  const { user_id, blocked_user_id, timestamp } = data
  return { userId: user_id, type, title: '', data: { user_id: blocked_user_id, timestamp } }
}
