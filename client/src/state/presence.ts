// Which friends are online, as far as it was told: ephemeral, and no part of any list.
import { reducerOf } from './reducer.ts'

/** By user id; of whom nothing was told nothing is known. */
export type Presence = ReadonlyMap<number, boolean>

export const applyToPresence = reducerOf<Presence>({
  presence: (presence, { user_id, is_online }) => new Map(presence).set(user_id, is_online),
})
