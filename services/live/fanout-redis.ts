// The bell over Redis pub/sub, lines in its streams and leases in its sorted sets.
import { createClient } from 'redis'
import {
  type Bell,
  type Fanout,
  KEPT_EVENTS_MAX,
  KEPT_MS,
  type Kept,
  STREAM_LEASE_MS,
} from './fanout.ts'

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
/** Redis does nothing else while it works on one command. */
const BELLS_AT_ONCE_MAX = 100
const MESSAGE = 'message'

// An id that is not above the top is refused by the stream, and the bell rings all the same.
const PUBLISH = `
  for at = 1, #KEYS do
    local number, channel, message = ARGV[3 * at], ARGV[3 * at + 1], ARGV[3 * at + 2]
    if number ~= '' then
      redis.pcall('XADD', KEYS[at], 'MAXLEN', '~', ARGV[1], number, '${MESSAGE}', message)
      redis.call('PEXPIRE', KEYS[at], ARGV[2])
    end
    redis.call('PUBLISH', channel, message)
  end`

// Ids of streams ascend by their age: those that are too many are the first ones.
const CLAIM = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  for at = 3, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[at]) end
  local streams = redis.call('ZRANGE', KEYS[1], 0, -1)
  table.sort(streams)
  local displaced = {}
  for at = 1, #streams - ARGV[1] do
    redis.call('ZREM', KEYS[1], streams[at])
    displaced[at] = streams[at]
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return displaced`

const leasesOf = (userId: number): string => `user:streams:${userId}`

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

  const ring = (bells: readonly Bell[]) =>
    publisher.eval(PUBLISH, {
      keys: bells.map(({ keep }) => keep?.line ?? ''),
      arguments: [
        String(KEPT_EVENTS_MAX),
        String(KEPT_MS),
        ...bells.flatMap(({ keep, channel, message }) => [
          keep === undefined ? '' : String(keep.number),
          channel,
          message,
        ]),
      ],
    })

  return {
    async publish(bells) {
      const parts = Array.from({ length: Math.ceil(bells.length / BELLS_AT_ONCE_MAX) }, (_, at) =>
        bells.slice(at * BELLS_AT_ONCE_MAX, (at + 1) * BELLS_AT_ONCE_MAX),
      )
      await Promise.all(parts.map(ring))
    },
    async subscribe(channel, listener) {
      const own = (message: string) => listener(message)
      await subscriber.subscribe(channel, own)
      return () => subscriber.unsubscribe(channel, own)
    },
    async recent(line, after, upTo) {
      const entries = await publisher.xRange(line, String(after + 1), String(upTo))
      return (entries ?? []).map(
        ({ id, message }): Kept => ({
          number: Number(id.split('-')[0]),
          message: message[MESSAGE] ?? '',
        }),
      )
    },
    async forget(line, number) {
      await publisher.xDel(line, `${number}-0`)
    },
    async claim(userId, streamIds, most) {
      const displaced = await publisher.eval(CLAIM, {
        keys: [leasesOf(userId)],
        arguments: [String(most), String(STREAM_LEASE_MS), ...streamIds],
      })
      return displaced as string[]
    },
    async release(userId, streamId) {
      await publisher.zRem(leasesOf(userId), streamId)
    },
    isUp: () => publisher.isReady && subscriber.isReady,
    close() {
      closing ??= Promise.all([publisher.close(), subscriber.close()]).then(() => {})
      return closing
    },
  }
}
