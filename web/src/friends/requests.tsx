// Open friend requests of one direction: answered, or taken back.
import { acceptFriend, cancelFriend, rejectFriend } from '@sosik/contract/friend'
import { Avatar } from '../parts/avatar.tsx'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { PersonOptions } from './person-options.tsx'

export interface RequestsProps {
  readonly direction: 'received' | 'sent'
  readonly title: string
}

export function Requests({ direction, title }: RequestsProps) {
  const { client, now } = useMessenger()
  const { texts } = useSpeech()
  const { isBusy, failure, run } = useAction()
  const requests = now.state.friendRequests.filter((one) => one.direction === direction)
  if (requests.length === 0) return null

  const answers =
    direction === 'received'
      ? ([
          [texts.decline, rejectFriend],
          [texts.accept, acceptFriend],
        ] as const)
      : ([[texts.takeBack, cancelFriend]] as const)
  return (
    <>
      <h2>{title}</h2>
      <ul class="rows" aria-label={title}>
        {requests.map(({ friendship_id, other }) => (
          <li key={friendship_id} class="row request">
            <Avatar name={other.display_name} id={other.user_id} />
            <span class="text">
              <span class="name">{other.display_name}</span>
              <span class="said">@{other.username}</span>
            </span>
            {direction === 'received' && <PersonOptions person={other} />}
            <span class="answers">
              {answers.map(([answer, route]) => (
                <button
                  key={answer}
                  type="button"
                  class={route === acceptFriend ? 'primary' : undefined}
                  disabled={isBusy}
                  onClick={() => void run(() => client.call(route, { params: { friendship_id } }))}
                >
                  {answer}
                </button>
              ))}
            </span>
          </li>
        ))}
      </ul>
      <Failure text={failure} />
    </>
  )
}
