// The channels that this process listens to: one subscription a channel, whoever listens here.
import type { Fanout } from './fanout.ts'
import { type Heard, heardFrom } from './live.ts'

type Hear = (heard: Heard) => void

export interface Feeds {
  /** Resolves when the channel is listened to, with the function that ends it. */
  join(channel: string, hear: Hear): Promise<() => Promise<void>>
}

interface Feed {
  readonly listeners: Set<Hear>
  readonly subscribed: Promise<() => Promise<void>>
}

export function createFeeds(fanout: Fanout): Feeds {
  const feeds = new Map<string, Feed>()

  function open(channel: string): Feed {
    const listeners = new Set<Hear>()
    const subscribed = fanout.subscribe(channel, (text) => {
      // Read once, for all who listen.
      const heard = heardFrom(text)
      for (const hear of listeners) hear(heard)
    })
    const feed = { listeners, subscribed }
    feeds.set(channel, feed)
    return feed
  }

  async function leave(channel: string, feed: Feed, hear: Hear): Promise<void> {
    if (!feed.listeners.delete(hear) || feed.listeners.size > 0) return
    if (feeds.get(channel) === feed) feeds.delete(channel)
    const unsubscribe = await feed.subscribed
    await unsubscribe()
  }

  return {
    async join(channel, hear) {
      const feed = feeds.get(channel) ?? open(channel)
      feed.listeners.add(hear)
      try {
        await feed.subscribed
      } catch (error) {
        if (feeds.get(channel) === feed) feeds.delete(channel)
        throw error
      }
      return () => leave(channel, feed, hear)
    },
  }
}
