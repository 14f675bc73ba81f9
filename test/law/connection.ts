// One stream between a client and a gateway of the law's process, which can break at any time.
import type { Gateway } from '@sosik/services/live/index.ts'
import { uuidv7 } from 'uuidv7'

export interface Connecting {
  readonly userId: number
  readonly lastEventId: string | undefined
  readonly signal: AbortSignal | null | undefined
}

export interface Connection {
  readonly userId: number
  readonly gateway: Gateway
  readonly body: ReadableStream<Uint8Array>
  /** What was sent and not read yet is lost. */
  cut(): void
  onEnd(call: () => void): void
}

type Controller = ReadableStreamDefaultController<Uint8Array>

export function connectTo(gateway: Gateway, connecting: Connecting): Connection {
  const { userId, lastEventId, signal } = connecting
  const encoder = new TextEncoder()
  const ended = Promise.withResolvers<void>()
  let isOpen = true
  let controller: Controller | undefined
  const body = new ReadableStream<Uint8Array>({
    start: (started) => void (controller = started),
    cancel: () => end(() => {}),
  })

  function end(how: (controller: Controller) => void): void {
    if (!isOpen) return
    isOpen = false
    ended.resolve()
    if (controller) how(controller)
    // One that could not be opened is left already.
    void opening.then(
      (stream) => gateway.left(stream),
      () => {},
    )
  }

  const cut = () => end((one) => one.error(new Error('The connection is broken.')))
  const sink = {
    write: (text: string) => {
      if (isOpen) controller?.enqueue(encoder.encode(text))
    },
    unread: () => ({ frames: 0, bytes: 0, sinceMs: undefined }),
    drained: async () => {},
    end: () => end((one) => one.close()),
    cut,
  }
  const sessionId = `session of ${userId}`
  const opening = gateway.open({ userId, sessionId, streamId: uuidv7(), lastEventId, sink })
  opening.catch(cut)
  signal?.addEventListener('abort', cut, { once: true })
  return { userId, gateway, body, cut, onEnd: (call) => void ended.promise.then(call) }
}
