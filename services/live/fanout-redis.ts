// The bell over Redis pub/sub, for any number of processes.
import { createClient } from 'redis'
import type { Fanout } from './fanout.ts'

export interface RedisFanoutOptions {
  /** `redis://host:port`. */
  readonly url: string
  /** A lost connection is made again by itself; this only tells of it. */
  readonly onError: (error: Error) => void
}

const RECONNECT_MS_MAX = 1_000
const RECONNECT_STEP_MS = 50
/** A bell that cannot be rung soon is dropped: the store and the heartbeat make up for it. */
const COMMANDS_QUEUED_MAX = 10_000

export async function redisFanout(options: RedisFanoutOptions): Promise<Fanout> {
  const publisher = createClient({
    url: options.url,
    commandsQueueMaxLength: COMMANDS_QUEUED_MAX,
    disableOfflineQueue: true,
    socket: {
      reconnectStrategy: (tries: number) => Math.min(tries * RECONNECT_STEP_MS, RECONNECT_MS_MAX),
    },
  })
  // A subscriber queues while it is offline: what is asked for meanwhile is subscribed afterwards.
  const subscriber = publisher.duplicate({ disableOfflineQueue: false })
  publisher.on('error', options.onError)
  subscriber.on('error', options.onError)
  await Promise.all([publisher.connect(), subscriber.connect()])
  let closing: Promise<void> | undefined
  return {
    async publish(channel, message) {
      await publisher.publish(channel, message)
    },
    async subscribe(channel, listener) {
      const own = (message: string) => listener(message)
      await subscriber.subscribe(channel, own)
      return () => subscriber.unsubscribe(channel, own)
    },
    isUp: () => publisher.isReady && subscriber.isReady,
    close() {
      closing ??= Promise.all([publisher.close(), subscriber.close()]).then(() => {})
      return closing
    },
  }
}
