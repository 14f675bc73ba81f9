// What can be done about a person wherever they stand: a friend no more, blocked, or not any more.
import { blockUser, removeFriend, unblockUser } from '@sosik/contract/friend'
import { useState } from 'preact/hooks'
import { Failure } from '../parts/failure.tsx'
import { Menu } from '../parts/menu.tsx'
import { Question } from '../parts/question.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { relationTo } from './relation.ts'

export interface PersonOptionsProps {
  readonly person: { readonly user_id: number; readonly display_name: string }
  /** Takes them out of a group that is mine. */
  readonly onRemove?: () => void
}

/** Nothing beside myself. */
export function PersonOptions({ person, onRemove }: PersonOptionsProps) {
  const { texts } = useSpeech()
  const { client, me, now } = useMessenger()
  const { failure, run } = useAction()
  const [asked, setAsked] = useState<'block' | 'unfriend'>()
  const { user_id, display_name } = person
  const relation = relationTo(user_id, me.user_id, now.state)
  const params = { user_id }
  if (relation === 'itIsYou') return null

  function answer(): void {
    const route = asked === 'block' ? blockUser : removeFriend
    setAsked(undefined)
    void run(() => client.call(route, { params }))
  }

  return (
    <>
      <Menu
        label={texts.optionsFor(display_name)}
        choices={[
          onRemove !== undefined && { label: texts.takeOut, onChoose: onRemove },
          relation === 'isFriend' && {
            label: texts.unfriend,
            onChoose: () => setAsked('unfriend'),
          },
          relation === 'blocked'
            ? {
                label: texts.unblock,
                onChoose: () => void run(() => client.call(unblockUser, { params })),
              }
            : { label: texts.block, onChoose: () => setAsked('block') },
        ]}
      />
      <Failure text={failure} />
      {asked && (
        <Question
          title={texts[asked]}
          text={
            asked === 'block' ? texts.blockSure(display_name) : texts.unfriendSure(display_name)
          }
          onYes={answer}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  )
}
