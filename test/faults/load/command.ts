// One command of the load: who asks what, and what may become of it.
import type { CommandKind, CommandResult } from '../records/lines.ts'
import type { Asking } from '../../support/http.ts'
import type { Person, Room } from './world.ts'

export interface Command {
  readonly id: string
  readonly kind: CommandKind
  readonly person: Person
  readonly roomId?: number
  readonly asking: Asking
  /** Refusals that tell a retry that the first try had come through. */
  readonly doneWhen?: readonly string[]
  /** Made to be refused. */
  readonly isRefusable?: boolean
  /** Who comes or goes. */
  readonly guestId?: number
  /** Of a message: who was no member when it was said. */
  readonly hiddenFromId?: number
  /** Called when the outcome is known. */
  readonly settled?: (result: CommandResult | undefined) => void
}

export function sending(
  person: Person,
  to: Room,
  client_message_id: string,
  content: string,
): Asking {
  const path = `/rooms/${to.roomId}/messages`
  return { method: 'POST', path, token: person.token, body: { client_message_id, content } }
}
