// What was said here and is not in the history yet: shown below it, and sent again if need be.
import type { State } from '@sosik/client'
import type { Attachment } from './attachment.ts'

export interface Pending {
  readonly roomId: number
  /** The same for every try: it is said once. */
  readonly clientMessageId: string
  readonly content: string
  /** What is uploaded first, and said in place of the content. */
  readonly attachment?: Attachment
  /** Why it was not taken. */
  readonly error?: unknown
}

/** Without what stands in the history of an open room; the very same when nothing does. */
export function stillPending(pending: readonly Pending[], { open }: Pick<State, 'open'>) {
  const said = new Set(
    open.flatMap(({ messages }) => messages.map((message) => message.client_message_id)),
  )
  const left = pending.filter(({ clientMessageId }) => !said.has(clientMessageId))
  return left.length === pending.length ? pending : left
}

export function withError(pending: readonly Pending[], failed: Pending, error: unknown) {
  return pending.map((one) =>
    one.clientMessageId === failed.clientMessageId ? { ...one, error } : one,
  )
}

/** As it was before it failed. */
export function untried({ error: _error, ...one }: Pending): Pending {
  return one
}
