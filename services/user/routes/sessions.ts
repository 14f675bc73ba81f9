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

/** Each time is another one only where the password's hash was replaced meanwhile. */
const SIGN_IN_TRIES_MAX = 3

/** How a session begins. */
export function entryRoutes(parts: UserRouteParts): Answering[] {
  const { database, announce, clock, passwords } = parts

  function newSession({ user_id: userId }: AccountRow, userAgent: string) {
    const token = newToken()
    const caller = { userId, sessionId: parts.newSessionId() }
    const now = new Date(clock.nowMs())
    return { ...caller, token, tokenHash: tokenHash(token), device: deviceOf(userAgent), now }
  }

  async function begun(account: AccountRow, session: ReturnType<typeof newSession>) {
    const { userId, sessionId, token } = session
    await parts.signedIn({ userId, sessionId })
    return { user: accountOf(account), token }
  }

  /** Whose name and password these are, the hash as it is stored now. Throws `sign_in_failed`. */
  async function verified(username: string, password: string): Promise<AccountRow> {
    const account = await passwords.verified(password, () => findAccount(database, username))
    if (account === undefined) throw new Problem('sign_in_failed')
    const { user_id: userId, password_hash: before } = account
    const after = await passwords.renew(password, before)
    const isRenewed =
      after !== undefined && (await replacePassword(database, userId, { before, after }))
    return isRenewed ? { ...account, password_hash: after } : account
  }

  return [
    answering(register, async ({ body, userAgent, correlationId }) => {
      const given = registered(body)
      const passwordHash = await passwords.hash(body.password)
      const { account, session } = await database
        .transaction(async (tx) => {
          const row = await insertAccount(tx, given, passwordHash, new Date(clock.nowMs()))
          const { user_id, email, username, display_name, created_at } = row
          const timestamp = created_at.toISOString()
          const event = { user_id, email, username, display_name, timestamp }
          const opened = newSession(row, userAgent)
          await insertSession(tx, opened, passwordHash)
          await announce(tx, [UserRegistered.of(event)], correlationId)
          return { account: row, session: opened }
        })
        .catch(takenOr)
      return begun(account, session)
    }),

    answering(signIn, async ({ body, userAgent }) => {
      for (let tries = 0; tries < SIGN_IN_TRIES_MAX; tries += 1) {
        const account = await verified(body.username, body.password)
        const session = newSession(account, userAgent)
        const isOpen = await insertSession(database, session, account.password_hash)
        if (isOpen) return begun(account, session)
      }
      throw new Problem('sign_in_failed')
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
      const find = async () => (await readAccounts(database, [caller.userId]))[0]
      const before = (await passwords.verified(body.password, find))?.password_hash
      if (before === undefined) throw new Problem('password_wrong')
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
