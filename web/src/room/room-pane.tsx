// One open room: who is in it, what was said, and what I say.
import type { Message, Room } from '@sosik/client'
import { markRead } from '@sosik/contract/chat'
import { useEffect, useRef, useState } from 'preact/hooks'
import { hashOf, type Tab } from '../place.ts'
import { isPairWith } from '../rooms/room-view.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { goTo } from '../use-place.ts'
import { Barred } from './barred.tsx'
import { Composer } from './composer.tsx'
import { History } from './history.tsx'
import { RoomHeader } from './room-header.tsx'
import { TypingLine } from './typing-line.tsx'

export interface RoomPaneProps {
  readonly roomId: number
  /** A message that is to be seen. */
  readonly seq: number | undefined
  /** The list that it was opened from. */
  readonly tab: Tab
}

export function RoomPane({ roomId, seq, tab }: RoomPaneProps) {
  const { texts } = useSpeech()
  const { session, now } = useMessenger()
  const room = now.state.rooms.find((one) => one.room_id === roomId)
  const open = now.state.open.find((one) => one.room_id === roomId)
  const [edited, setEdited] = useState<Message>()
  useEffect(() => {
    session.openRoom(roomId).catch(() => goTo(hashOf(tab)))
    return () => void session.closeRoom(roomId).catch(() => {})
  }, [roomId])
  useReading(room, open?.end_seq)
  useLeaving(open !== undefined, () => goTo(hashOf(tab)))
  if (room === undefined || open === undefined) {
    return <main class="empty">{texts.loading}</main>
  }
  const barred = now.state.blocks.find((one) => isPairWith(room, one.user_id))
  return (
    <main class="room">
      <RoomHeader room={room} tab={tab} />
      <History room={room} open={open} seq={seq} onEdit={setEdited} />
      <TypingLine room={room} />
      {barred ? (
        <Barred person={barred} />
      ) : (
        <Composer
          key={edited?.message_id}
          roomId={roomId}
          edited={edited}
          onDone={() => setEdited(undefined)}
        />
      )}
    </main>
  )
}

/** A room that I am not in any more, by whomever, is not looked at. */
function useLeaving(isOpen: boolean, leave: () => void): void {
  const wasOpen = useRef(false)
  useEffect(() => {
    if (wasOpen.current && !isOpen) leave()
    wasOpen.current = isOpen
  }, [isOpen])
}

/** What is shown while somebody looks at the page has been read. */
function useReading(room: Room | undefined, endSeq: number | undefined): void {
  const { client } = useMessenger()
  const isVisible = useVisible()
  const marked = useRef(0)
  const unreadTo = room !== undefined && room.unread > 0 ? endSeq : undefined
  useEffect(() => {
    if (room === undefined || unreadTo === undefined || !isVisible) return
    const seq = Math.min(unreadTo, room.last_seq)
    if (seq <= Math.max(marked.current, room.read_seq)) return
    const before = marked.current
    marked.current = seq
    client.call(markRead, { params: { room_id: room.room_id }, body: { seq } }).catch(() => {
      marked.current = before
    })
  }, [unreadTo, isVisible, room?.read_seq])
}

function useVisible(): boolean {
  const [isVisible, setVisible] = useState(!document.hidden)
  useEffect(() => {
    const look = () => setVisible(!document.hidden)
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return isVisible
}
