// What the friend group does with each event that it hears.
import { friendGroup } from '@sosik/contract/friend'
import { type Hearing, hearing } from '../service.ts'
import { keepProfile } from './store.ts'

/** A copy is kept of everybody, also of who is nobody's friend yet: so none is ever stale. */
export function friendHearing(): Hearing {
  return hearing(friendGroup, {
    UserProfileUpdated: ({ data }, { tx }) =>
      keepProfile(tx, data.user_id, data, new Date(data.timestamp)),
  })
}
