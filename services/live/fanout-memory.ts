// What one process shares with itself: the bell, the cache of lines, stream leases.
import { type Fanout, KEPT_EVENTS_MAX, type Kept, STREAM_LEASE_MS } from './fanout.ts'

/** Of more lines those are forgotten that were told something longest ago. */
const LINES_MAX = 100

export function memoryFanout(nowMs: () => number = Date.now): Fanout {
  const listeners = new Map<string, Set<(message: string) => void>>()
  const lines = new Map<string, Kept[]>()

  function keep(line: string, kept: Kept): void {
    const before = lines.get(line) ?? []
    lines.delete(line)
    lines.set(line, before)
    if (kept.number > (before.at(-1)?.number ?? 0)) before.push(kept)
    if (before.length > KEPT_EVENTS_MAX) before.shift()
    const [oldest] = lines.keys()
    if (lines.size > LINES_MAX && oldest !== undefined) lines.delete(oldest)
  }

  return {
    async publish(bells) {
      for (const { keep: place, message } of bells) {
        if (place !== undefined) keep(place.line, { number: place.number, message })
      }
      // Not re-entrant: a listener is never called from inside the publisher's own call.
      setImmediate(() => {
        for (const { channel, message } of bells) {
          for (const listener of listeners.get(channel) ?? []) listener(message)
        }
      })
    },
    async subscribe(channel, listener) {
      const own = (message: string) => listener(message)
      const others = listeners.get(channel) ?? new Set()
      listeners.set(channel, others.add(own))
      return async () => {
        others.delete(own)
        if (others.size === 0) listeners.delete(channel)
      }
    },
    async recent(line, after, upTo) {
      const kept = lines.get(line) ?? []
      return kept.filter(({ number }) => number > after && number <= upTo)
    },
    async forget(places) {
      for (const { line, number } of places) {
        const kept = lines.get(line)
        const at = kept?.findIndex((one) => one.number === number) ?? -1
        if (at >= 0) kept?.splice(at, 1)
      }
    },
    ...memoryLeases(nowMs),
    isUp: () => true,
    async close() {
      listeners.clear()
    },
  }
}

function memoryLeases(nowMs: () => number): Pick<Fanout, 'claim' | 'release'> {
  /** By person: until when by stream. */
  const leases = new Map<number, Map<string, number>>()

  function claim(userId: number, streamIds: readonly string[], most: number): string[] {
    const now = nowMs()
    const own = new Map([...(leases.get(userId) ?? [])].filter(([, until]) => until > now))
    for (const streamId of streamIds) own.set(streamId, now + STREAM_LEASE_MS)
    const displaced = [...own.keys()].sort().slice(0, Math.max(0, own.size - most))
    for (const streamId of displaced) own.delete(streamId)
    if (own.size > 0) leases.set(userId, own)
    else leases.delete(userId)
    return displaced
  }

  return {
    async claim(streams, most) {
      const answers = [...streams].map(
        ([userId, ids]) => [userId, claim(userId, ids, most)] as const,
      )
      return new Map(answers.filter(([, displaced]) => displaced.length > 0))
    },
    async release(userId, streamId) {
      const own = leases.get(userId)
      own?.delete(streamId)
      if (own?.size === 0) leases.delete(userId)
    },
  }
}
