// My notifications in the page's language, the older ones on demand, and how they come to be read.
import { NOTIFICATIONS_LIMIT, readNotifications } from '@sosik/contract/notification'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { NotificationRow } from './notification-row.tsx'
import { OlderNotifications } from './older-notifications.tsx'

export function NotificationsPane() {
  const { texts } = useSpeech()
  const { client, now } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const { notifications, unreadNotifications } = now.state
  const [newest] = notifications
  const oldest = notifications[NOTIFICATIONS_LIMIT - 1]

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
      {oldest && (
        <OlderNotifications key={oldest.notification_id} before={oldest.notification_id} />
      )}
    </>
  )
}
