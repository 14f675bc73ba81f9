// What is looked for, and where: in every chat of mine, or in one, by one person, on some days.
import type { QueryOf } from '@sosik/contract/route'
import { type searchMessages, SOUGHT_LENGTH_MAX } from '@sosik/contract/search'
import { useEffect, useState } from 'preact/hooks'
import { valueOf } from '../parts/field.tsx'
import { roomName } from '../rooms/room-view.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { usePlace } from '../use-place.ts'
import { narrowedBy } from './narrowing.ts'

export type Sought = QueryOf<typeof searchMessages>

export interface SearchFormProps {
  readonly onSearch: (sought: Sought) => void
}

export function SearchForm({ onSearch }: SearchFormProps) {
  const { texts } = useSpeech()

  function search(form: HTMLFormElement): void {
    const text = valueOf(form, 'text')
    if (text === '') return
    const narrowed = narrowedBy({
      room: valueOf(form, 'room'),
      sender: valueOf(form, 'sender'),
      since: valueOf(form, 'since'),
      until: valueOf(form, 'until'),
    })
    onSearch({ text, ...narrowed })
  }

  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        search(event.currentTarget)
      }}
    >
      <input
        type="search"
        name="text"
        aria-label={texts.searchMessages}
        placeholder={texts.searchHint}
        maxlength={SOUGHT_LENGTH_MAX}
      />
      <Narrowing />
    </form>
  )
}

/** Shown where one came from a room to search it, else on demand. */
function Narrowing() {
  const { texts } = useSpeech()
  const { within } = usePlace()
  const { me, now } = useMessenger()
  const { rooms, friends } = now.state
  const [roomId, setRoomId] = useState(within)
  useEffect(() => {
    if (within !== undefined) setRoomId(within)
  }, [within])
  const room = rooms.find((one) => one.room_id === roomId)
  return (
    <details class="narrowing" open={within !== undefined}>
      <summary>{texts.narrow}</summary>
      <div class="grid">
        <label class="field">
          <span>{texts.searchedRoom}</span>
          <select
            name="room"
            value={room ? room.room_id : ''}
            onChange={({ currentTarget: { value } }) => setRoomId(Number(value) || undefined)}
          >
            <option value="">{texts.everyRoom}</option>
            {rooms.map((one) => (
              <option key={one.room_id} value={one.room_id}>
                {roomName(one, me.user_id, texts)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{texts.sender}</span>
          <select name="sender">
            <option value="">{texts.anybody}</option>
            {(room?.members ?? [me, ...friends]).map(({ user_id, display_name }) => (
              <option key={user_id} value={user_id}>
                {display_name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{texts.since}</span>
          <input type="date" name="since" />
        </label>
        <label class="field">
          <span>{texts.until}</span>
          <input type="date" name="until" />
        </label>
      </div>
    </details>
  )
}
