// The bell inside one process.
import type { Fanout } from './fanout.ts'

export function memoryFanout(): Fanout {
  const listeners = new Map<string, Set<(message: string) => void>>()
  return {
    async publish(channel, message) {
      // Not re-entrant: a listener is never called from inside the publisher's own call.
      setImmediate(() => {
        for (const listener of listeners.get(channel) ?? []) listener(message)
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
    isUp: () => true,
    async close() {
      listeners.clear()
    },
  }
}
