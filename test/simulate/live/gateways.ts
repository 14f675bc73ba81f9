// Gateways of the last mile in simulated processes, and the connections that readers have to them.
import type { Gateway } from '@sosik/services/live/gateway.ts'
import type { EventStream } from '@sosik/services/live/stream.ts'
import type { Node, World } from 'sosik/testing'

export interface Call {
  readonly userId: number
  readonly lastEventId: string | undefined
  receive(text: string): void
  ended(): void
}

export interface Connection {
  /** The reader is gone. */
  leave(): void
}

export interface OpenGateway {
  open(call: Call): Connection
}

/** What of a gateway a reader's connection needs. */
export type Door = Pick<Gateway, 'refusal' | 'open' | 'left'>

const RESET_MS_MAX = 50
/** How often a reader seems so slow that its stream is cut. */
const SLOW_READER = 0.01
const UNREAD_BYTES = 2_000_000

/** A gateway's door as readers outside of its process reach it. */
export function doorway(world: World, node: Node, gateway: Door): OpenGateway {
  let connections = 0
  return {
    open(call) {
      connections += 1
      const channel = `stream ${connections}`
      const { link, process } = node
      const stream = Promise.withResolvers<EventStream | undefined>()
      const toReader = (what: () => void) => void link.ask(channel, what)
      const sink = {
        write: (text: string) => toReader(() => call.receive(text)),
        unread: () => ({
          frames: 0,
          bytes: process.random.chance(SLOW_READER) ? UNREAD_BYTES : 0,
          sinceMs: undefined,
        }),
        drained: async () => {},
        end: () => toReader(call.ended),
        cut: () => toReader(call.ended),
      }
      link.tell(channel, () => {
        const { userId, lastEventId } = call
        if (gateway.refusal() !== undefined) return toReader(call.ended)
        void gateway
          .open({ userId, lastEventId, sessionId: 's', streamId: channel, sink })
          .then(stream.resolve, () => {
            world.reach('a stream could not be opened')
            stream.resolve(undefined)
            sink.end()
          })
      })
      process.onChange(() => {
        // The machine of an ended process resets its connections.
        if (process.state === 'ended') world.scheduler.after(RESET_MS_MAX, call.ended)
      })
      const leave = async () => {
        const opened = await stream.promise
        if (opened) gateway.left(opened)
      }
      return { leave: () => link.tell(channel, () => void leave()) }
    },
  }
}
