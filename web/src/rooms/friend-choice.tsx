// Some of my friends, to be chosen for a group.
import type { Friends } from '@sosik/client'
import { useSpeech } from '../texts/speech.tsx'

export interface FriendChoiceProps {
  readonly friends: Friends
  /** What is said when there is none. */
  readonly nobody: string
  readonly chosen: readonly number[]
  readonly onChange: (chosen: readonly number[]) => void
}

export function FriendChoice({ friends, nobody, chosen, onChange }: FriendChoiceProps) {
  const { texts } = useSpeech()
  return (
    <fieldset>
      <legend>{texts.groupMembers}</legend>
      {friends.length === 0 && <p class="nothing">{nobody}</p>}
      {friends.map(({ user_id, display_name }) => (
        <label key={user_id} class="choice">
          <input
            type="checkbox"
            checked={chosen.includes(user_id)}
            onChange={({ currentTarget }) => {
              const others = chosen.filter((one) => one !== user_id)
              onChange(currentTarget.checked ? [...others, user_id] : others)
            }}
          />
          {display_name}
        </label>
      ))}
    </fieldset>
  )
}
