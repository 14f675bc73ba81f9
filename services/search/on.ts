// What search does with the events that it hears: text becomes findable.
import { searchGroup } from '@sosik/contract/search'
import { type Hearing, hearing } from '../service.ts'
import { indexed, keepRevised, keepSent } from './index-store.ts'

/** Later than any edit: nothing brings a deleted text back. */
const FOR_GOOD = 'infinity'

export function searchHearing(): Hearing {
  return hearing(searchGroup, {
    MessageSent({ data }, { tx }) {
      if (data.message_type !== 'text') return
      keepSent(tx, [indexed({ ...idsOf(data), at: data.created_at }, data.content)])
    },

    MessageEdited({ data }, { tx }) {
      keepRevised(tx, [indexed({ ...idsOf(data), at: data.edited_at }, data.content)])
    },

    MessageDeleted({ data }, { tx }) {
      keepRevised(tx, [indexed({ ...idsOf(data), at: FOR_GOOD }, '')])
    },
  })
}

interface Ids {
  readonly message_id: string
  readonly room_id: number
  readonly user_id: number
  readonly seq?: number | undefined
}

const idsOf = ({ message_id, room_id, user_id, seq }: Ids) => {
  return { message_id, room_id, user_id, seq }
}
