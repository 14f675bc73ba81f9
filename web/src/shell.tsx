// The frame of a person who is signed in: sections, a list, the open room, and how the line is.
import type { Client } from '@sosik/client'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { FriendsPane } from './friends/friends-pane.tsx'
import { Line } from './line.tsx'
import { MePane } from './me/me-pane.tsx'
import { NotificationsPane } from './notifications/notifications-pane.tsx'
import { Tabs } from './parts/tabs.tsx'
import type { Place, Tab } from './place.ts'
import { RoomPane } from './room/room-pane.tsx'
import { RoomsPane } from './rooms/rooms-pane.tsx'
import { unreadOf } from './rooms/room-view.ts'
import { SearchPane } from './search/search-pane.tsx'
import { MessengerProvider } from './session/messenger-context.tsx'
import { type Account, createMessenger } from './session/messenger.ts'
import { useSpeech } from './texts/speech.tsx'
import { usePlace } from './use-place.ts'

export interface ShellProps {
  readonly client: Client
  readonly me: Account
  readonly onChanged: (me: Account) => void
  /** The session is over: here, or by what was done elsewhere. */
  readonly onEnd: (isFromElsewhere: boolean) => void
}

export function Shell({ client, me, onChanged, onEnd }: ShellProps) {
  const { texts } = useSpeech()
  const place = usePlace()
  const followed = useFollowed(client, me)
  const { isReady, end, state } = followed.now
  const unread = unreadOf(state.rooms)
  useEffect(() => {
    if (end === 'signed out') onEnd(true)
  }, [end])
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${texts.title}` : texts.title
  }, [unread, texts])
  if (!isReady) return <p class="waiting">{texts.loading}</p>
  return (
    <MessengerProvider value={{ ...followed, me }}>
      <div class={place.roomId === undefined ? 'shell' : 'shell has-room'}>
        <Line />
        <Tabs now={place.tab} unread={unread} notifications={state.unreadNotifications} />
        <section class="list" aria-label={texts[place.tab]}>
          <Pane tab={place.tab} onChanged={onChanged} onEnd={() => onEnd(false)} />
        </section>
        <OpenPane place={place} />
      </div>
    </MessengerProvider>
  )
}

/** Made once a person, and closed when they go. */
function useFollowed(client: Client, me: Account) {
  const [, draw] = useState({})
  const messenger = useMemo(() => createMessenger(client, me, () => draw({})), [client, me.user_id])
  useEffect(() => () => messenger.close(), [messenger])
  return { ...messenger, now: messenger.view() }
}

interface PaneProps {
  readonly tab: Tab
  readonly onChanged: (me: Account) => void
  readonly onEnd: () => void
}

function Pane({ tab, onChanged, onEnd }: PaneProps) {
  switch (tab) {
    case 'friends':
      return <FriendsPane />
    case 'rooms':
      return <RoomsPane />
    case 'search':
      return <SearchPane />
    case 'notifications':
      return <NotificationsPane />
    case 'me':
      return <MePane onChanged={onChanged} onEnd={onEnd} />
  }
}

function OpenPane({ place: { tab, roomId, seq } }: { readonly place: Place }) {
  const { texts } = useSpeech()
  if (roomId === undefined) {
    return (
      <main class="empty">
        <img class="sign" src="/web/icon.svg" alt="" />
        {texts.nothingOpen}
      </main>
    )
  }
  return <RoomPane key={roomId} roomId={roomId} seq={seq} tab={tab} />
}
