// My latest notifications in the page's language, and how they come to be read.
import type { State } from '@sosik/client'
import { readNotification, readNotifications } from '@sosik/contract/notification'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'

export function NotificationsPane() {
  const { texts } = useSpeech()
  const { client, now } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const { notifications, unreadNotifications } = now.state
  const [newest] = notifications

  async function readAll(): Promise<void> {
    if (newest === undefined) return
    const { notification_id } = newest
    await client.call(readNotifications, { body: { notification_id } })
  }

  return (
    <>
      <header class="bar">
        <h1>{texts.notifications}</h1>
        {unreadNotifications > 0 && (
          <button type="button" class="plain" disabled={isBusy} onClick={() => void run(readAll)}>
            {texts.readAll}
          </button>
        )}
      </header>
      <Failure text={failure} />
      {notifications.length === 0 && <p class="nothing">{texts.noNotifications}</p>}
      <ul class="rows">
        {notifications.map((one) => (
          <NotificationRow key={one.notification_id} notification={one} />
        ))}
      </ul>
    </>
  )
}

interface NotificationRowProps {
  readonly notification: State['notifications'][number]
}

function NotificationRow({ notification }: NotificationRowProps) {
  const { language, when } = useSpeech()
  const { client } = useMessenger()
  const { run } = useAction()
  const { notification_id, titles, read, created_at } = notification
  const markRead = () => client.call(readNotification, { params: { notification_id } })
  return (
    <li>
      <button
        type="button"
        class={read ? 'row' : 'row is-new'}
        disabled={read}
        onClick={() => void run(markRead)}
      >
        <span class="text">{titles[language]}</span>
        <span class="side">
          <time dateTime={created_at}>{when(created_at)}</time>
        </span>
      </button>
    </li>
  )
}
