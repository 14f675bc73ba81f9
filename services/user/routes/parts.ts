// What the user service's routes work with, and an account as its owner sees it.
import type { Clock } from 'sosik'
import type { Database } from 'sosik/postgres'
import type { Announce, Caller } from '../../service.ts'
import type { Passwords } from '../passwords.ts'
import { type AccountRow, personOf } from '../store.ts'

export interface UserRouteParts {
  readonly database: Database
  readonly announce: Announce
  readonly clock: Clock
  readonly passwords: Passwords
  readonly newSessionId: () => string
  readonly signedIn: (caller: Caller) => Promise<void>
  readonly sessionsEnded: (callers: readonly Caller[]) => Promise<void>
  readonly hidePresence: (userId: number, hidden: boolean) => Promise<void>
}

export function accountOf(row: AccountRow) {
  return { ...personOf(row), email: row.email, presence_hidden: row.presence_hidden }
}
