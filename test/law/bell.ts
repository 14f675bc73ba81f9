// The bell of the law's world: it rings at once, late, twice, out of order, or not at all.
import { memoryFanout } from '@sosik/services/live/fanout-memory.ts'
import type { Fanout } from '@sosik/services/live/fanout.ts'
import { type Random, shuffled } from '../faults/random.ts'

export const MOODS = ['prompt', 'losing', 'late', 'twice', 'away'] as const
export type Mood = (typeof MOODS)[number]

export interface Bell {
  readonly fanout: Fanout
  /** What was late rings first, in any order. */
  become(mood: Mood): Promise<void>
}

export function lawBell(random: () => Random): Bell {
  const inner = memoryFanout()
  let mood: Mood = 'prompt'
  const late: (() => Promise<void>)[] = []
  let back = Promise.withResolvers<void>()
  return {
    fanout: {
      ...inner,
      async publish(channel, message) {
        const ring = () => inner.publish(channel, message)
        if (mood === 'away') throw new Error('The bell is away.')
        if (mood === 'losing' && random().below(2) === 0) return
        if (mood === 'late') return void late.push(ring)
        await ring()
        if (mood === 'twice') await ring()
      },
      // Who asks while it is away is heard when it is back, as a Redis client queues.
      async subscribe(channel, listener) {
        while (mood === 'away') await back.promise
        return inner.subscribe(channel, listener)
      },
      isUp: () => mood !== 'away',
    },
    async become(next) {
      mood = next
      back.resolve()
      back = Promise.withResolvers()
      for (const ring of shuffled(late.splice(0), random())) await ring()
    },
  }
}
