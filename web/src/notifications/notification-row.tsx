// One notification: chosen, it is read, and leads to what it is about.
import type { Notifications } from '@sosik/client'
import { readNotification } from '@sosik/contract/notification'
import { Failure } from '../parts/failure.tsx'
import { hashOf } from '../place.ts'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { goTo } from '../use-place.ts'

export interface NotificationRowProps {
  readonly notification: Notifications[number]
  /** Told where the page's own list does not follow what is read. */
  readonly onRead?: () => void
}

export function NotificationRow({ notification, onRead }: NotificationRowProps) {
  const { language, when } = useSpeech()
  const { client, now } = useMessenger()
  const { failure, run } = useAction()
  const { notification_id, notification_type, titles, created_at } = notification
  const isRead = notification.read || now.state.unreadNotifications === 0

  async function choose(): Promise<void> {
    if (!isRead) await client.call(readNotification, { params: { notification_id } })
    onRead?.()
    if (OF_FRIENDS.has(notification_type)) goTo(hashOf('friends'))
  }

  return (
    <li>
      <button type="button" class={isRead ? 'row' : 'row is-new'} onClick={() => void run(choose)}>
        <span class="text">{titles[language]}</span>
        <span class="side">
          <time dateTime={created_at}>{when(created_at)}</time>
        </span>
      </button>
      <Failure text={failure} />
    </li>
  )
}

const OF_FRIENDS: ReadonlySet<string> = new Set(['friend_request', 'friend_request_accepted'])
