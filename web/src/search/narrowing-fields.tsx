// The fields that make a search narrower: what is chosen counts at once.
import { roomName } from '../rooms/room-view.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import type { Narrowing } from './narrowing.ts'

export interface NarrowingFieldsProps {
  readonly narrowing: Narrowing
  readonly onChange: (narrowing: Narrowing) => void
}

export function NarrowingFields({ narrowing, onChange }: NarrowingFieldsProps) {
  const { texts } = useSpeech()
  const { me, now } = useMessenger()
  const { rooms, friends } = now.state
  const { room, sender, since, until } = narrowing
  const inside = rooms.find((one) => String(one.room_id) === room)
  const roomChoices = rooms.map((one) => [one.room_id, roomName(one, me.user_id, texts)] as const)
  const senders = inside?.members ?? [me, ...friends]
  const senderChoices = senders.map((one) => [one.user_id, one.display_name] as const)
  return (
    <div class="grid">
      <Choice
        label={texts.searchedRoom}
        whatever={texts.everyRoom}
        value={room}
        choices={roomChoices}
        onChange={(id) => onChange({ ...narrowing, room: id, sender: '' })}
      />
      <Choice
        label={texts.sender}
        whatever={texts.anybody}
        value={sender}
        choices={senderChoices}
        onChange={(id) => onChange({ ...narrowing, sender: id })}
      />
      <Day
        label={texts.since}
        value={since}
        onChange={(day) => onChange({ ...narrowing, since: day })}
      />
      <Day
        label={texts.until}
        value={until}
        onChange={(day) => onChange({ ...narrowing, until: day })}
      />
    </div>
  )
}

interface DayProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}

interface ChoiceProps extends DayProps {
  /** What it is called to choose none. */
  readonly whatever: string
  readonly choices: readonly (readonly [id: number, name: string])[]
}

function Choice({ label, whatever, value, choices, onChange }: ChoiceProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <option value="">{whatever}</option>
        {choices.map(([id, name]) => (
          <option key={id} value={String(id)}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

function Day({ label, value, onChange }: DayProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="date"
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </label>
  )
}
