// What chat does with the events that it hears: it keeps its profile copies fresh, and says so.
import { chatGroup } from '@sosik/contract/chat'
import { type Deliver, toEach } from '../letters.ts'
import { type Hearing, hearing } from '../service.ts'
import { findOnlookers, keepHeard } from './profiles.ts'

/** Told as the copy is changed: who reads a room sees the new one, or hears of it. */
export function chatHearing(deliver: Deliver): Hearing {
  return hearing(chatGroup, {
    async UserProfileUpdated({ data }, { tx }) {
      if (!(await keepHeard(tx, { ...data, updatedAt: new Date(data.timestamp) }))) return
      const onlookers = await findOnlookers(tx, data.user_id)
      deliver(tx, toEach(onlookers, { type: 'member_changed', title: '', data }))
    },
  })
}
