// The bell over Redis pub/sub, lines in its streams and leases in its sorted sets.
import { redisClient, type RedisOptions, redisScript } from '../redis.ts'
import {
  type Bell,
  type Fanout,
  KEPT_EVENTS_MAX,
  KEPT_MS,
  type Kept,
  STREAM_LEASE_MS,
} from './fanout.ts'

/** A bell that cannot be rung soon is dropped: the store and the heartbeat make up for it. */
const COMMANDS_QUEUED_MAX = 10_000
/** Redis does nothing else while it works on one script. */
const KEYS_AT_ONCE_MAX = 100
const MESSAGE = 'message'

// ARGV: how many and how long to keep; number, channel and message of each key. A number that is
// not above the top is refused by the stream, and the bell rings all the same.
const publishAll = redisScript(`
  for i, key in ipairs(KEYS) do
    local number, channel, message = ARGV[3 * i], ARGV[3 * i + 1], ARGV[3 * i + 2]
    if number ~= '' then
      redis.pcall('XADD', key, 'MAXLEN', '~', ARGV[1], number, '${MESSAGE}', message)
      redis.call('PEXPIRE', key, ARGV[2])
    end
    redis.call('PUBLISH', channel, message)
  end`)

// ARGV: the id to forget of each key. A deleted entry only gets a mark, and its bytes stay, also on
// disk: so the line is written anew without it, and goes on at the number where it stood.
const forgetAll = redisScript(`
  for i, key in ipairs(KEYS) do
    local entries = redis.call('XRANGE', key, '-', '+')
    local left = redis.call('PTTL', key)
    redis.call('DEL', key)
    local kept = false
    for _, entry in ipairs(entries) do
      if entry[1] ~= ARGV[i] then
        redis.call('XADD', key, entry[1], '${MESSAGE}', entry[2][2])
        kept = true
      end
    end
    if kept then
      redis.call('XSETID', key, entries[#entries][1])
      redis.call('PEXPIRE', key, left)
    end
  end`)

// ARGV: how many may stay, and how long a lease lasts; then of each key how many streams, and
// their ids. Answers for each key which streams are too many: ids ascend with age.
const claimAll = redisScript(`
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local at, displaced = 3, {}
  for i, key in ipairs(KEYS) do
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    local last = at + ARGV[at]
    for n = at + 1, last do redis.call('ZADD', key, now + ARGV[2], ARGV[n]) end
    at = last + 1
    local streams = redis.call('ZRANGE', key, 0, -1)
    table.sort(streams)
    displaced[i] = {}
    for n = 1, #streams - ARGV[1] do
      redis.call('ZREM', key, streams[n])
      displaced[i][n] = streams[n]
    end
    redis.call('PEXPIRE', key, ARGV[2])
  end
  return displaced`)

const leasesOf = (userId: number): string => `user:streams:${userId}`

type Redis = ReturnType<typeof redisClient>

function ring(redis: Redis, bells: readonly Bell[]): Promise<unknown> {
  const numbered = bells.flatMap(({ keep, channel, message }) => [
    keep === undefined ? '' : String(keep.number),
    channel,
    message,
  ])
  return publishAll(redis, {
    keys: bells.map(({ keep }) => keep?.line ?? ''),
    arguments: [String(KEPT_EVENTS_MAX), String(KEPT_MS), ...numbered],
  })
}

type StreamsOf = readonly [userId: number, streamIds: readonly string[]]

async function claim(
  redis: Redis,
  people: readonly StreamsOf[],
  most: number,
): Promise<StreamsOf[]> {
  const counted = people.flatMap(([, streamIds]) => [String(streamIds.length), ...streamIds])
  const displaced = await claimAll(redis, {
    keys: people.map(([userId]) => leasesOf(userId)),
    arguments: [String(most), String(STREAM_LEASE_MS), ...counted],
  })
  return people.map(([userId], at) => [userId, (displaced as string[][])[at] ?? []])
}

export async function redisFanout(options: RedisOptions): Promise<Fanout> {
  const publisher = redisClient(options, COMMANDS_QUEUED_MAX)
  // A subscriber queues while it is offline: what is asked for meanwhile is subscribed afterwards.
  const subscriber = publisher.duplicate({ disableOfflineQueue: false })
  subscriber.on('error', options.onError)
  await Promise.all([publisher.connect(), subscriber.connect()])
  let closing: Promise<void> | undefined

  return {
    async publish(bells) {
      await Promise.all(inParts(bells).map((part) => ring(publisher, part)))
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
    async forget(places) {
      const forgetting = inParts(places).map((part) =>
        forgetAll(publisher, {
          keys: part.map(({ line }) => line),
          arguments: part.map(({ number }) => `${number}-0`),
        }),
      )
      await Promise.all(forgetting)
    },
    async claim(streams, most) {
      const parts = inParts([...streams])
      const answers = await Promise.all(parts.map((part) => claim(publisher, part, most)))
      return new Map(answers.flat().filter(([, streamIds]) => streamIds.length > 0))
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

const inParts = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / KEYS_AT_ONCE_MAX) }, (_, at) =>
    items.slice(at * KEYS_AT_ONCE_MAX, (at + 1) * KEYS_AT_ONCE_MAX),
  )
