// Registering, signing in and out, and the sessions that follow from it.
import { Problem } from '@sosik/contract/errors'
import {
  changePassword,
  endOtherSessions,
  endSession,
  listSessions,
  register,
  signIn,
  signOut,
  UserRegistered,
} from '@sosik/contract/user'
import { sqlState } from 'sosik/postgres'
import { type Answering, answering } from '../../service.ts'
import { deviceOf } from '../device.ts'
import {
  deleteOtherSessions,
  deleteSession,
  insertSession,
  listSessionsOf,
  type SessionRow,
} from '../session-store.ts'
import {
  type AccountRow,
  findAccount,
  insertAccount,
  readAccounts,
  replacePassword,
} from '../store.ts'
import { newToken, registered, tokenHash } from '../user.ts'
import { accountOf, type UserRouteParts } from './parts.ts'

const UNIQUE_VIOLATION = '23505'

/** How a session begins. */
export function entryRoutes(parts: UserRouteParts): Answering[] {
  const { database, announce, clock, passwords } = parts

  async function openSession(account: AccountRow, userAgent: string) {
    const token = newToken()
    const caller = { userId: account.user_id, sessionId: parts.newSessionId() }
    const now = new Date(clock.nowMs())
    const session = { ...caller, tokenHash: tokenHash(token), device: deviceOf(userAgent), now }
    const isOpen = await insertSession(database, session, account.password_hash)
    if (!isOpen) throw new Problem('sign_in_failed')
    await parts.signedIn(caller)
    return { user: accountOf(account), token }
  }

  return [
    answering(register, async ({ body, userAgent, correlationId }) => {
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
      return openSession(account, userAgent)
    }),

    answering(signIn, async ({ body, userAgent }) => {
      const account = await findAccount(database, body.username)
      const right = await passwords.verify(body.password, account?.password_hash)
      if (account === undefined || !right) throw new Problem('sign_in_failed')
      return openSession(account, userAgent)
    }),
  ]
}

/** What its owner does with sessions that are open. */
export function sessionRoutes(parts: UserRouteParts): Answering[] {
  const { database, clock, passwords, sessionsEnded } = parts
  return [
    answering(signOut, async ({ caller }) => {
      await deleteSession(database, caller)
      await sessionsEnded([caller])
    }),

    answering(listSessions, async ({ caller }) => {
      const rows = await listSessionsOf(database, caller.userId, new Date(clock.nowMs()))
      return { items: rows.map((row) => sessionOf(row, caller.sessionId)) }
    }),

    answering(endSession, async ({ caller, params }) => {
      const session = { userId: caller.userId, sessionId: params.session_id }
      const ended = await deleteSession(database, session)
      if (ended === undefined) throw new Problem('not_found')
      await sessionsEnded([ended])
    }),

    answering(endOtherSessions, async ({ caller }) => {
      await sessionsEnded(await deleteOtherSessions(database, caller))
    }),

    answering(changePassword, async ({ caller, body }) => {
      const [account] = await readAccounts(database, [caller.userId])
      const before = account?.password_hash
      const right = await passwords.verify(body.password, before)
      if (before === undefined || !right) throw new Problem('password_wrong')
      const after = await passwords.hash(body.new_password)
      const ended = await database.transaction(async (tx) => {
        const isReplaced = await replacePassword(tx, caller.userId, { before, after })
        if (!isReplaced) throw new Problem('password_wrong')
        return deleteOtherSessions(tx, caller)
      })
      await sessionsEnded(ended)
    }),
  ]
}

function sessionOf(row: SessionRow, currentId: string) {
  return {
    session_id: row.session_id,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at.toISOString(),
    is_current: row.session_id === currentId,
    device: row.device,
  }
}

/** The unique indexes decide who was first; their names tell what was taken. */
function takenOr(error: Error & { constraint?: string }): never {
  if (sqlState(error) !== UNIQUE_VIOLATION) throw error
  const email = error.constraint === 'user_account_email'
  throw new Problem(email ? 'email_taken' : 'username_taken')
}
