// What was said in a room: older pages on demand, and the end of it in sight while it is read.
import type { Message, OpenRoom, Room } from '@sosik/client'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { MessageRow } from './message-row.tsx'
import { PendingRow } from './pending-row.tsx'
import { rowsOf } from './rows.ts'

export interface HistoryProps {
  readonly room: Room
  readonly open: OpenRoom
  /** A message that is to be seen. */
  readonly seq: number | undefined
  readonly onEdit: (message: Message) => void
}

/** Within so many pixels of an edge one is at it. */
const EDGE_PX = 60
/** Pages that are read to find one message. */
const PAGES_MAX = 20

export function History({ room, open, seq, onEdit }: HistoryProps) {
  const { texts, day } = useSpeech()
  const { session, now } = useMessenger()
  const { isBusy, run } = useAction()
  const pending = now.pending.filter((one) => one.roomId === room.room_id)
  const [first] = open.messages
  const { element, content, follow } = useScroll(first?.seq, open.messages.length, pending.length)
  const readOlder = () => run(() => session.readOlder(room.room_id))
  useShown(element, seq, open, () => session.readOlder(room.room_id))
  return (
    <div
      ref={element}
      class="history"
      role="log"
      aria-label={texts.history}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by the keyboard
      tabIndex={0}
      onScroll={({ currentTarget }) => {
        follow()
        if (currentTarget.scrollTop < EDGE_PX && open.has_older && !isBusy) void readOlder()
      }}
    >
      <div ref={content}>
        {open.has_older && (
          <button
            type="button"
            class="plain older"
            disabled={isBusy}
            onClick={() => void readOlder()}
          >
            {texts.older}
          </button>
        )}
        {open.messages.length === 0 && pending.length === 0 && (
          <p class="nothing">{texts.noMessages}</p>
        )}
        {rowsOf(open.messages).map((row) => (
          <div key={row.message.message_id} data-seq={row.message.seq}>
            {row.beginsDay && <p class="day">{day(row.message.created_at)}</p>}
            <MessageRow {...row} room={room} isWanted={row.message.seq === seq} onEdit={onEdit} />
          </div>
        ))}
        {pending.map((one) => (
          <PendingRow key={one.clientMessageId} pending={one} />
        ))}
      </div>
    </div>
  )
}

/**
 * Stays at the end while it is there, whatever grows or shrinks, and elsewhere where it is; whoever
 * says something goes to the end.
 */
function useScroll(firstSeq: number | undefined, messages: number, pending: number) {
  const [element, content] = [useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null)]
  const isAtEnd = useRef(true)
  const before = useRef({ height: 0, firstSeq, pending })
  const keepEnd = () => {
    const { current } = element
    if (current !== null && isAtEnd.current) current.scrollTop = current.scrollHeight
  }
  useLayoutEffect(() => {
    const { current } = element
    if (current === null) return
    const { height, firstSeq: seq, pending: others } = before.current
    if (pending > others) isAtEnd.current = true
    const isOlder = seq !== undefined && firstSeq !== undefined && firstSeq < seq
    if (isOlder && !isAtEnd.current) current.scrollTop += current.scrollHeight - height
    else keepEnd()
    before.current = { height: current.scrollHeight, firstSeq, pending }
  }, [firstSeq, messages, pending])
  useEffect(() => {
    const sizes = new ResizeObserver(keepEnd)
    for (const { current } of [element, content]) if (current !== null) sizes.observe(current)
    return () => sizes.disconnect()
  }, [])
  return {
    element,
    content,
    follow() {
      const { current } = element
      if (current === null) return
      const belowPx = current.scrollHeight - current.scrollTop - current.clientHeight
      isAtEnd.current = belowPx < EDGE_PX
    },
  }
}

/** Brings one message into sight, page after page until it is there. */
function useShown(
  element: { readonly current: HTMLElement | null },
  seq: number | undefined,
  { messages, has_older }: OpenRoom,
  readOlder: () => Promise<void>,
): void {
  const firstSeq = messages[0]?.seq ?? 0
  const pages = useRef({ seq, left: PAGES_MAX })
  useEffect(() => {
    if (pages.current.seq !== seq) pages.current = { seq, left: PAGES_MAX }
    if (seq === undefined || pages.current.left <= 0) return
    const row = element.current?.querySelector(`[data-seq="${seq}"]`)
    if (row) {
      pages.current.left = 0
      row.scrollIntoView({ block: 'center' })
    } else if (seq < firstSeq && has_older) {
      pages.current.left -= 1
      readOlder().catch(() => {})
    }
  }, [seq, firstSeq])
}
