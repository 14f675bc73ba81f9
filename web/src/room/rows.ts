// An open room's messages as rows: a line where a day begins, and who and when told once a run.
import type { Message } from '@sosik/client'

export interface Row {
  readonly message: Message
  /** It is the first of its day. */
  readonly beginsDay: boolean
  /** Somebody else begins to speak. */
  readonly beginsRun: boolean
  /** The last of what one person said within one minute. */
  readonly endsMinute: boolean
}

export function rowsOf(messages: readonly Message[]): readonly Row[] {
  return messages.map((message, at) => {
    const [before, after] = [messages[at - 1], messages[at + 1]]
    const beginsDay = before === undefined || dayOf(before) !== dayOf(message)
    return {
      message,
      beginsDay,
      beginsRun: beginsDay || before.user_id !== message.user_id,
      endsMinute: after?.user_id !== message.user_id || minuteOf(after) !== minuteOf(message),
    }
  })
}

const dayOf = ({ created_at }: Message): string => new Date(created_at).toDateString()
const minuteOf = ({ created_at }: Message): number => Math.floor(Date.parse(created_at) / 60_000)
