// Blocking and its end: a block closes what is open between the two, and bars what would come.
import { Problem } from '@sosik/contract/errors'
import { UserBlocked, UserUnblocked } from '@sosik/contract/friend'
import type { NewEvent } from 'sosik/catalogue'
import { type BlockRow, deleteBlock, findBlock, insertBlock, lockBetween } from './block-store.ts'
import type { Doer, FriendParts } from './commands.ts'
import { blocked } from './friend.ts'
import { setState } from './store.ts'
import { meet, storyOf } from './story.ts'

export function blockCommands(parts: FriendParts) {
  const { database, announce, readProfiles, setBarred, clock } = parts
  const now = () => new Date(clock.nowMs())

  return {
    /** Who is blocked already stays so, and nothing is told. */
    block: ({ userId, correlationId }: Doer, otherId: number) =>
      database.transaction(async (tx): Promise<BlockRow> => {
        if (userId === otherId) throw new Problem('yourself')
        const { open } = await lockBetween(tx, userId, otherId)
        const before = await findBlock(tx, userId, otherId)
        if (before !== undefined) return before
        const { addressee: person } = await meet(tx, readProfiles, userId, otherId)
        const events: NewEvent[] = []
        if (open !== undefined) {
          const row = await setState(tx, open.friendship_id, blocked(open, userId), now())
          events.push(await storyOf(tx, readProfiles, row, { byId: userId, at: now() }))
        }
        const at = now()
        await insertBlock(tx, userId, person, at)
        await setBarred(tx, userId, otherId, true)
        const story = { user_id: userId, blocked_user_id: otherId, timestamp: at.toISOString() }
        await announce(tx, [...events, UserBlocked.of(story)], correlationId)
        return { ...person, blocked_at: at }
      }),

    unblock: ({ userId, correlationId }: Doer, otherId: number) =>
      database.transaction(async (tx) => {
        const { blockerIds } = await lockBetween(tx, userId, otherId)
        if (!blockerIds.includes(userId)) throw new Problem('not_found')
        await deleteBlock(tx, userId, otherId)
        await setBarred(tx, userId, otherId, blockerIds.includes(otherId))
        const timestamp = now().toISOString()
        const story = { user_id: userId, blocked_user_id: otherId, timestamp }
        await announce(tx, [UserUnblocked.of(story)], correlationId)
      }),
  }
}
