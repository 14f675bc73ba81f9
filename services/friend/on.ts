// What the friend group does with each event that it hears.
import { friendGroup } from '@sosik/contract/friend'
import { type Deliver, toEach } from '../letters.ts'
import { type Hearing, hearing } from '../service.ts'
import { findOnlookers, keepProfile } from './store.ts'

/**
 * A copy is kept of everybody, also of who is nobody's friend yet: so none is ever stale. Whoever
 * has the person in a list is told in the transaction that changes the copy.
 */
export function friendHearing(deliver: Deliver): Hearing {
  return hearing(friendGroup, {
    async UserProfileUpdated({ data }, { tx }) {
      if (!(await keepProfile(tx, data.user_id, data, new Date(data.timestamp)))) return
      const onlookers = await findOnlookers(tx, data.user_id)
      deliver(tx, toEach(onlookers, { type: 'friend_changed', title: '', data }))
    },
  })
}
