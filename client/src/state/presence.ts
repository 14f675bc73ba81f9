// Who of my friends is here, as far as it was told: ephemeral, and no part of any list's law.
import type { ListedFriend } from './friends.ts'
import { reducerOf } from './reducer.ts'

/** `last_seen_at` is when they went, where that may be known. */
export type Seen = Pick<ListedFriend, 'is_online' | 'last_seen_at'>

/** By user id; of whom nothing was told nothing is known. */
export type Presence = ReadonlyMap<number, Seen>

export const applyToPresence = reducerOf<Presence>({
  presence(presence, { people }) {
    const seen = people.map(({ user_id, is_online, timestamp }) => {
      return [user_id, is_online ? { is_online } : { is_online, last_seen_at: timestamp }] as const
    })
    return new Map([...presence, ...seen])
  },
  friend_removed: (presence, { user_id }) =>
    new Map([...presence].filter(([userId]) => userId !== user_id)),
})

/** Of friends as pages gave them. */
export function presenceOf(read: readonly ListedFriend[]): Presence {
  return new Map(
    read.map(({ user_id, is_online, last_seen_at }) => [
      user_id,
      { is_online, ...(last_seen_at !== undefined && { last_seen_at }) },
    ]),
  )
}
