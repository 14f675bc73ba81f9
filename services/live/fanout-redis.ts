// The bell over Redis pub/sub, for any number of processes.
import { redisClient, type RedisOptions } from '../redis.ts'
import type { Fanout } from './fanout.ts'

/** A bell that cannot be rung soon is dropped: the store and the heartbeat make up for it. */
const COMMANDS_QUEUED_MAX = 10_000

export async function redisFanout(options: RedisOptions): Promise<Fanout> {
  const publisher = redisClient(options, COMMANDS_QUEUED_MAX)
  // A subscriber queues while it is offline: what is asked for meanwhile is subscribed afterwards.
  const subscriber = publisher.duplicate({ disableOfflineQueue: false })
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
