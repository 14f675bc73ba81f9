// What search does with the events that it hears: text becomes findable.
import { searchGroup } from '@sosik/contract/search'
import { type Hearing, hearing } from '../service.ts'
import { fold } from './search.ts'
import { buryMessage, insertMessage, setText } from './store.ts'

export function searchHearing(): Hearing {
  return hearing(searchGroup, {
    async MessageSent({ data }, { tx }) {
      if (data.message_type !== 'text') return
      await insertMessage(tx, { ...data, folded: fold(data.content) })
    },

    MessageEdited: ({ data }, { tx }) => setText(tx, { ...data, folded: fold(data.content) }),

    MessageDeleted: ({ data }, { tx }) => buryMessage(tx, data.message_id),
  })
}
