// A search made narrower: in which chat, by whom, and on which days of the browser's own time.
import type { QueryOf } from '@sosik/contract/route'
import type { searchMessages } from '@sosik/contract/search'

/** As fields hold it; empty is whatever it may be. */
export interface Narrowing {
  readonly room: string
  readonly sender: string
  /** Days such as `2026-11-30`, both included. */
  readonly since: string
  readonly until: string
}

export const ANYTHING: Narrowing = { room: '', sender: '', since: '', until: '' }

type Narrowed = Pick<QueryOf<typeof searchMessages>, 'room_id' | 'sender_id' | 'from' | 'to'>

export function narrowedBy({ room, sender, since, until }: Narrowing): Narrowed {
  return {
    ...(room && { room_id: Number(room) }),
    ...(sender && { sender_id: Number(sender) }),
    ...(since && { from: midnightOf(since, 0) }),
    ...(until && { to: midnightOf(until, 1) }),
  }
}

/** Where a day begins, or the one so many days after it. */
function midnightOf(day: string, daysAfter: number): string {
  const midnight = new Date(`${day}T00:00`)
  midnight.setDate(midnight.getDate() + daysAfter)
  return midnight.toISOString()
}
