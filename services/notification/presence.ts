// Who is here, whispered to friends who watch: as it changes, and when two become friends.
import type { EphemeralNews } from '@sosik/contract/news'
import type { Sql, Transaction } from 'sosik/postgres'
import type { ReadPresence } from '../service.ts'
import type { Friendship } from './notification.ts'

interface Whisper {
  readonly type: keyof EphemeralNews
  readonly title: string
  readonly data: object
}

export interface PresenceNewsParts {
  /** Tells only who is connected. */
  readonly whisper: (tx: Transaction, userIds: readonly number[], news: Whisper) => void
  readonly friendIds: (sql: Sql, userId: number) => Promise<number[]>
  /** Who of these people has a stream open. */
  readonly watching: (sql: Sql, userIds: readonly number[]) => Promise<number[]>
  readonly readPresence: ReadPresence
}

type Status = EphemeralNews['presence']['people'][number]

export function presenceNews({ whisper, friendIds, watching, readPresence }: PresenceNewsParts) {
  const tell = (tx: Transaction, userIds: readonly number[], status: Status) =>
    whisper(tx, userIds, { type: 'presence', title: '', data: { people: [status] } })

  return {
    async changed(tx: Transaction, status: Status): Promise<void> {
      const friends = await friendIds(tx, status.user_id)
      tell(tx, await watching(tx, friends), status)
    },

    /** Of who is not here, or hides it, nothing is told; nor where they have parted meanwhile. */
    async met(tx: Transaction, data: Friendship): Promise<void> {
      const { requester_id, addressee_id, timestamp } = data
      const friends = await friendIds(tx, requester_id)
      if (!friends.includes(addressee_id)) return
      const pair = [requester_id, addressee_id]
      const here = await readPresence(tx, pair)
      const readers = await watching(tx, pair)
      for (const user_id of pair) {
        const others = readers.filter((one) => one !== user_id)
        const isTold = here.get(user_id)?.isOnline === true && others.length > 0
        if (isTold) tell(tx, others, { user_id, is_online: true, timestamp })
      }
    },
  }
}
