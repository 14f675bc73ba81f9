// Where I am signed in: each device, which of them this is, and how the others come to be out.
import { endOtherSessions, endSession, listSessions } from '@sosik/contract/user'
import type { AnswerOf } from '@sosik/contract/route'
import { useEffect, useState } from 'preact/hooks'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'

type Listed = AnswerOf<typeof listSessions>['items']

export function Sessions() {
  const { texts } = useSpeech()
  const { client } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const [sessions, setSessions] = useState<Listed>([])
  const read = async () => setSessions((await client.call(listSessions, {})).items)
  const afterwards = (end: () => Promise<unknown>) =>
    void run(async () => {
      await end()
      await read()
    })
  useEffect(() => void run(read), [])
  return (
    <section aria-label={texts.sessions}>
      <h2>{texts.sessions}</h2>
      <ul class="rows">
        {sessions.map((session) => (
          <SessionRow
            key={session.session_id}
            session={session}
            isBusy={isBusy}
            onEnd={() => {
              const params = { session_id: session.session_id }
              afterwards(() => client.call(endSession, { params }))
            }}
          />
        ))}
      </ul>
      <Failure text={failure} />
      {sessions.length > 1 && (
        <button
          type="button"
          disabled={isBusy}
          onClick={() => afterwards(() => client.call(endOtherSessions, {}))}
        >
          {texts.endOthers}
        </button>
      )}
    </section>
  )
}

interface SessionRowProps {
  readonly session: Listed[number]
  readonly isBusy: boolean
  readonly onEnd: () => void
}

function SessionRow({ session, isBusy, onEnd }: SessionRowProps) {
  const { texts, when } = useSpeech()
  const { is_current, last_used_at, created_at } = session
  const device = session.device || texts.deviceUnknown
  return (
    <li class="row">
      <span class="text">
        <span class="name">{device}</span>
        <span class="said">
          {is_current ? texts.thisDevice : texts.lastUsed(when(last_used_at))}
          {' · '}
          {texts.signedInAt(when(created_at))}
        </span>
      </span>
      {!is_current && (
        <button
          type="button"
          aria-label={`${texts.endSession}: ${device}`}
          disabled={isBusy}
          onClick={onEnd}
        >
          {texts.endSession}
        </button>
      )}
    </li>
  )
}
