// A person's messenger in this page: the followed state, and what only the page knows beside it.
import {
  type Client,
  followState,
  isRefusal,
  type Session,
  type State,
  type StreamEvent,
  upload,
} from '@sosik/client'
import { sendMessage } from '@sosik/contract/chat'
import type { AnswerOf } from '@sosik/contract/route'
import type { readMe } from '@sosik/contract/user'
import type { Attachment } from './attachment.ts'
import { type Pending, stillPending, untried, withError } from './pending.ts'
import { applyToTyping, stillTyping, type Typing } from './typing.ts'

export type Account = AnswerOf<typeof readMe>

/** All that is shown; a new one for each change. */
export interface View {
  readonly state: State
  readonly isReady: boolean
  readonly isConnected: boolean
  readonly typing: Typing
  readonly pending: readonly Pending[]
  /** Nothing is followed any more. */
  readonly end: 'signed out' | 'displaced' | undefined
}

export interface Messenger {
  readonly client: Client
  readonly me: Account
  readonly session: Session
  view(): View
  /** Says it in the room, or a file; shown at once, sent when the server is there. */
  say(roomId: number, content: string, attachment?: Attachment): void
  again(failed: Pending): void
  discard(failed: Pending): void
  close(): void
}

export function createMessenger(
  client: Client,
  me: Account,
  onChange: (view: View) => void,
): Messenger {
  const session = followState(client, { onChange: take, onConnection: connect })
  let view: View = {
    state: session.state,
    isReady: false,
    isConnected: false,
    typing: [],
    pending: [],
    end: undefined,
  }

  function set(changed: Partial<View>): void {
    view = { ...view, ...changed }
    onChange(view)
  }

  function take(state: State, event: StreamEvent | undefined): void {
    const nowMs = Date.now()
    const typing = event ? applyToTyping(view.typing, event, nowMs) : view.typing
    set({ state, isReady: true, typing, pending: stillPending(view.pending, state) })
    if (event?.type === 'typing') setTimeout(forgetTyping, Number(event.data.typing_ms) + 1)
  }

  function forgetTyping(): void {
    const typing = stillTyping(view.typing, Date.now())
    if (typing !== view.typing) set({ typing })
  }

  function connect(isConnected: boolean): void {
    if (isConnected === view.isConnected) return
    set({ isConnected })
    const failed = view.pending.filter(({ error }) => error !== undefined && !isRefusal(error))
    if (isConnected) for (const one of failed) again(one)
  }

  async function send(one: Pending): Promise<void> {
    try {
      await sayOnce(client, one)
    } catch (error) {
      set({ pending: withError(view.pending, one, error) })
    }
  }

  function again(failed: Pending): void {
    const tried = untried(failed)
    set({ pending: [...without(view.pending, failed), tried] })
    void send(tried)
  }

  session.ended.then(
    () => set({ end: 'displaced' }),
    () => set({ end: 'signed out' }),
  )
  return {
    client,
    me,
    session,
    view: () => view,
    say(roomId, content, attachment) {
      const clientMessageId = crypto.randomUUID()
      again({ roomId, clientMessageId, content, ...(attachment && { attachment }) })
    },
    again,
    discard: (failed) => set({ pending: without(view.pending, failed) }),
    close: () => session.close(),
  }
}

async function sayOnce(
  client: Client,
  { roomId, clientMessageId, content, attachment }: Pending,
): Promise<void> {
  const uploaded =
    attachment &&
    (await upload(client, {
      kind: attachment.kind,
      name: attachment.file.name,
      bytes: attachment.file,
      clientFileId: clientMessageId,
    }))
  await client.call(sendMessage, {
    params: { room_id: roomId },
    body: {
      client_message_id: clientMessageId,
      content: uploaded?.address ?? content,
      message_type: uploaded?.kind ?? 'text',
    },
  })
}

function without(pending: readonly Pending[], { clientMessageId }: Pending): readonly Pending[] {
  return pending.filter((one) => one.clientMessageId !== clientMessageId)
}
