// People as they see themselves and each other.
import { Problem } from '@sosik/contract/errors'
import {
  findUsers,
  readMe,
  readUser,
  setPresence,
  UserProfileUpdated,
  updateProfile,
} from '@sosik/contract/user'
import { type Answering, answering } from '../../service.ts'
import {
  type AccountRow,
  findByPrefix,
  lockAccount,
  personOf,
  readAccounts,
  updateProfileRow,
} from '../store.ts'
import { changedProfile } from '../user.ts'
import { accountOf, type UserRouteParts } from './parts.ts'

export function profileRoutes(parts: UserRouteParts): Answering[] {
  const { database, announce, clock } = parts

  async function accountOfId(userId: number): Promise<AccountRow> {
    const [account] = await readAccounts(database, [userId])
    if (account === undefined) throw new Problem('not_found')
    return account
  }

  return [
    answering(readMe, async ({ caller }) => accountOf(await accountOfId(caller.userId))),

    answering(updateProfile, ({ caller, body, correlationId }) =>
      database.transaction(async (tx) => {
        const before = await lockAccount(tx, caller.userId)
        if (before === undefined) throw new Problem('not_found')
        const profile = changedProfile(before, body)
        if (profile === undefined) return accountOf(before)
        const now = new Date(clock.nowMs())
        const after = await updateProfileRow(tx, caller.userId, profile, now)
        const timestamp = after.profile_updated_at.toISOString()
        const event = { user_id: caller.userId, ...profile, timestamp }
        await announce(tx, [UserProfileUpdated.of(event)], correlationId)
        return accountOf(after)
      }),
    ),

    answering(setPresence, async ({ caller, body: { hidden } }) => {
      await parts.hidePresence(caller.userId, hidden)
      return { hidden }
    }),

    answering(readUser, async ({ params }) => personOf(await accountOfId(params.user_id))),

    answering(findUsers, async ({ query }) => {
      const rows = await findByPrefix(database, query.username)
      return { items: rows.map(personOf) }
    }),
  ]
}
