// Messages found by their words, with what was looked for marked, newest first.
import type { AnswerOf } from '@sosik/contract/route'
import { searchMessages } from '@sosik/contract/search'
import { useState } from 'preact/hooks'
import { Failure } from '../parts/failure.tsx'
import { hashOf } from '../place.ts'
import { nameOf, roomName } from '../rooms/room-view.ts'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { piecesOf } from './pieces.ts'
import { SearchForm, type Sought } from './search-form.tsx'

type Found = AnswerOf<typeof searchMessages>
type FoundMessage = Found['items'][number]

export function SearchPane() {
  const { texts } = useSpeech()
  const { client } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const [sought, setSought] = useState<Sought>()
  const [found, setFound] = useState<Found>()

  async function search(wanted: Sought, before?: Found): Promise<void> {
    const page = await client.call(searchMessages, { query: { ...wanted, ...before?.next } })
    setSought(wanted)
    setFound({ ...page, items: [...(before?.items ?? []), ...page.items] })
  }

  return (
    <>
      <header class="bar">
        <h1>{texts.search}</h1>
      </header>
      <SearchForm onSearch={(wanted) => void run(() => search(wanted))} />
      <Failure text={failure} />
      {found?.items.length === 0 && <p class="nothing">{texts.nothingFound}</p>}
      <ul class="rows" aria-live="polite">
        {found?.items.map((one) => (
          <FoundRow key={one.message_id} found={one} />
        ))}
      </ul>
      {sought && found?.next && (
        <button
          type="button"
          class="plain"
          disabled={isBusy}
          onClick={() => void run(() => search(sought, found))}
        >
          {texts.more}
        </button>
      )}
    </>
  )
}

function FoundRow({ found }: { readonly found: FoundMessage }) {
  const { texts, when } = useSpeech()
  const { me, now } = useMessenger()
  const { room_id, user_id, seq, created_at } = found
  const room = now.state.rooms.find((one) => one.room_id === room_id)
  if (room === undefined) return null
  return (
    <li>
      <a class="row" href={hashOf('search', room_id, seq)}>
        <span class="text">
          <span class="name with-more">
            <span>{nameOf(room, user_id, texts)}</span>
            <small class="cut">{roomName(room, me.user_id, texts)}</small>
          </span>
          <span class="found">
            {piecesOf(found).map(({ text, isMarked }, at) =>
              isMarked ? <mark key={at}>{text}</mark> : text,
            )}
          </span>
        </span>
        <span class="side">
          <time dateTime={created_at}>{when(created_at)}</time>
        </span>
      </a>
    </li>
  )
}
