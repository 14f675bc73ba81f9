// The port of the bell: wakes whoever listens now, and promises nothing to those who do not.

export interface Fanout {
  /** Reaches every present listener of the channel, in any process. */
  publish(channel: string, message: string): Promise<void>
  /** Answers the function that ends it. Several listeners of one channel are all called. */
  subscribe(channel: string, listener: (message: string) => void): Promise<() => Promise<void>>
  /** False while bells are rung and heard in vain; it comes back by itself. */
  isUp(): boolean
  close(): Promise<void>
}

/** The channel of a person, as the document names it. */
export const channelOf = (userId: number): string => `user:notifications:${userId}`
