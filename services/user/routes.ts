// Registering, signing in and out, and profiles.
import { Problem } from '@sosik/contract/errors'
import {
  findUsers,
  readMe,
  readUser,
  register,
  signIn,
  signOut,
  UserProfileUpdated,
  UserRegistered,
  updateProfile,
} from '@sosik/contract/user'
import type { Clock } from 'sosik'
import { type Database, sqlState } from 'sosik/postgres'
import { type Announce, type Answering, answering, type Caller } from '../service.ts'
import type { Passwords } from './passwords.ts'
import {
  type AccountRow,
  deleteSession,
  findAccount,
  findByPrefix,
  insertAccount,
  insertSession,
  lockAccount,
  personOf,
  readAccounts,
  renewPasswordHash,
  updateProfileRow,
} from './store.ts'
import { changedProfile, newToken, registered, SESSION_MS, tokenHash } from './user.ts'

export interface UserRouteParts {
  readonly database: Database
  readonly announce: Announce
  readonly clock: Clock
  readonly passwords: Passwords
  readonly newSessionId: () => string
  readonly signedIn: (caller: Caller) => Promise<void>
  readonly signedOut: (caller: Caller) => Promise<void>
}

const UNIQUE_VIOLATION = '23505'

export function userRoutes(parts: UserRouteParts): Answering[] {
  return [...sessionRoutes(parts), ...profileRoutes(parts)]
}

function sessionRoutes(parts: UserRouteParts): Answering[] {
  const { database, announce, clock, passwords } = parts

  async function openSession(account: AccountRow) {
    const token = newToken()
    const caller = { userId: account.user_id, sessionId: parts.newSessionId() }
    const expiresAt = new Date(clock.nowMs() + SESSION_MS)
    await insertSession(database, { ...caller, tokenHash: tokenHash(token), expiresAt })
    await parts.signedIn(caller)
    return { user: accountOf(account), token }
  }

  return [
    answering(register, async ({ body, correlationId }) => {
      const given = registered(body)
      const passwordHash = await passwords.hash(body.password)
      const account = await database
        .transaction(async (tx) => {
          const row = await insertAccount(tx, given, passwordHash, new Date(clock.nowMs()))
          const { user_id, email, username, display_name, created_at } = row
          const timestamp = created_at.toISOString()
          const event = { user_id, email, username, display_name, timestamp }
          await announce(tx, [UserRegistered.of(event)], correlationId)
          return row
        })
        .catch(takenOr)
      return openSession(account)
    }),

    answering(signIn, async ({ body }) => {
      const account = await findAccount(database, body.username)
      const right = await passwords.verify(body.password, account?.password_hash)
      if (account === undefined || !right) throw new Problem('sign_in_failed')
      const renewed = await passwords.renew(body.password, account.password_hash)
      if (renewed !== undefined) await renewPasswordHash(database, account, renewed)
      return openSession(account)
    }),

    answering(signOut, async ({ caller }) => {
      await deleteSession(database, caller.sessionId)
      await parts.signedOut(caller)
    }),
  ]
}

function profileRoutes({ database, announce, clock }: UserRouteParts): Answering[] {
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

    answering(readUser, async ({ params }) => personOf(await accountOfId(params.user_id))),

    answering(findUsers, async ({ query }) => {
      const rows = await findByPrefix(database, query.username)
      return { items: rows.map(personOf) }
    }),
  ]
}

const accountOf = (row: AccountRow) => ({ ...personOf(row), email: row.email })

/** The unique indexes decide who was first; their names tell what was taken. */
function takenOr(error: Error & { constraint?: string }): never {
  if (sqlState(error) !== UNIQUE_VIOLATION) throw error
  const email = error.constraint === 'user_account_email'
  throw new Problem(email ? 'email_taken' : 'username_taken')
}
