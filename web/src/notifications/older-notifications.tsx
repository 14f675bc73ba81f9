// Notifications before those that the page follows, page by page when they are asked for.
import type { Notifications } from '@sosik/client'
import { listNotifications } from '@sosik/contract/notification'
import { useState } from 'preact/hooks'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { NotificationRow } from './notification-row.tsx'

export interface OlderNotificationsProps {
  readonly before: string
}

export function OlderNotifications({ before }: OlderNotificationsProps) {
  const { texts } = useSpeech()
  const { client } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const [older, setOlder] = useState<Notifications>([])
  const [next, setNext] = useState<string | undefined>(before)

  async function read(before_notification_id: string): Promise<void> {
    const page = await client.call(listNotifications, { query: { before_notification_id } })
    setOlder([...older, ...page.items])
    setNext(page.next?.before_notification_id)
  }

  function markRead(id: string): void {
    setOlder(older.map((one) => (one.notification_id === id ? { ...one, read: true } : one)))
  }

  return (
    <>
      <ul class="rows">
        {older.map((one) => (
          <NotificationRow
            key={one.notification_id}
            notification={one}
            onRead={() => markRead(one.notification_id)}
          />
        ))}
      </ul>
      <Failure text={failure} />
      {next !== undefined && (
        <button
          type="button"
          class="plain"
          disabled={isBusy}
          onClick={() => void run(() => read(next))}
        >
          {texts.more}
        </button>
      )}
    </>
  )
}
