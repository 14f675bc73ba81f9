// The bell of the law's world: it rings at once, late, twice, out of order, or not at all.
import type { Fanout } from '@sosik/services/live/fanout.ts'
import { memoryFanout } from '@sosik/services/live/fanout-memory.ts'
import { type Random, shuffled } from '../faults/random.ts'

export const MOODS = ['prompt', 'losing', 'late', 'twice', 'away'] as const
type Mood = (typeof MOODS)[number]

export interface Bell {
  readonly fanout: Fanout
  /** What was late rings first, in any order. */
  become(mood: Mood): Promise<void>
}

/** What it costs to ring in vain; nobody has to look after it. */
export class BellAwayError extends Error {}

export function lawBell(random: () => Random, nowMs: () => number): Bell {
  const inner = memoryFanout(nowMs)
  let mood: Mood = 'prompt'
  const late: (() => Promise<void>)[] = []
  let back = Promise.withResolvers<void>()
  function requireThere(): void {
    if (mood === 'away') throw new BellAwayError('The bell is away.')
  }
  return {
    fanout: {
      async publish(all) {
        requireThere()
        const bells = mood === 'losing' ? all.filter(() => random().below(2) === 0) : all
        const ring = () => inner.publish(bells)
        if (mood === 'late') return void late.push(ring)
        await ring()
        if (mood === 'twice') await ring()
      },
      // Who asks while it is away is heard when it is back, as a Redis client queues.
      async subscribe(channel, listener) {
        while (mood === 'away') await back.promise
        return inner.subscribe(channel, listener)
      },
      async recent(line, after, upTo) {
        requireThere()
        return inner.recent(line, after, upTo)
      },
      async forget(places) {
        requireThere()
        await inner.forget(places)
      },
      async claim(streams, most) {
        requireThere()
        return inner.claim(streams, most)
      },
      async release(userId, streamId) {
        requireThere()
        await inner.release(userId, streamId)
      },
      isUp: () => mood !== 'away',
      close: inner.close,
    },
    async become(next) {
      mood = next
      back.resolve()
      back = Promise.withResolvers()
      for (const ring of shuffled(late.splice(0), random())) await ring()
    },
  }
}
