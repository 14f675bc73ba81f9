// A connection to Redis as everything here wants it: made again by itself, never silent for long,
// and never a long queue.
import { createHash } from 'node:crypto'
import { createClient } from '@redis/client'

export interface RedisOptions {
  /** `redis://host:port`. */
  readonly url: string
  /** A lost connection is made again by itself; this only tells of it. */
  readonly onError: (error: Error) => void
}

const RECONNECT_MS_MAX = 1_000
const RECONNECT_STEP_MS = 50
/** A server that answers nothing for so long, though it is asked, is taken for dead. */
const SILENCE_MS_MAX = 2_000
const PING_MS = 500

/** Not connected yet. While it is away commands are refused at once. */
export function redisClient({ url, onError }: RedisOptions, commandsQueuedMax: number) {
  const client = createClient({
    url,
    commandsQueueMaxLength: commandsQueuedMax,
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    socket: {
      socketTimeout: SILENCE_MS_MAX,
      reconnectStrategy: (tries: number) => Math.min(tries * RECONNECT_STEP_MS, RECONNECT_MS_MAX),
    },
  })
  client.on('error', onError)
  return client
}

type Redis = Pick<ReturnType<typeof redisClient>, 'eval' | 'evalSha'>

export interface ScriptGiven {
  readonly keys: string[]
  readonly arguments: string[]
}

/**
 * A Lua script, which Redis runs with nothing else beside it. It is called by its hash: the text
 * travels only to a Redis that does not know it, such as one that was started anew.
 */
export function redisScript(text: string) {
  const hash = createHash('sha1').update(text).digest('hex')
  return async (redis: Redis, given: ScriptGiven): Promise<unknown> => {
    try {
      return await redis.evalSha(hash, given)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return redis.eval(text, given)
    }
  }
}
