// What chat does with the events that it hears: it keeps its profile copies fresh.
import { chatGroup } from '@sosik/contract/chat'
import { type Hearing, hearing } from '../service.ts'
import { keepHeard } from './profiles.ts'

export function chatHearing(): Hearing {
  return hearing(chatGroup, {
    UserProfileUpdated: ({ data }, { tx }) =>
      keepHeard(tx, { ...data, updatedAt: new Date(data.timestamp) }),
  })
}
