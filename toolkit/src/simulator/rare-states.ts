// The rare states that a full simulation must have come through: without them it has shown little.

export const RARE_STATES = [
  'a process crashed',
  'a process stood still beyond its session',
  'a session expired while its process ran',
  'a member was told that it has lost partitions',
  'a drain took its whole time',
  'a commit was refused as stale',
  'a commit failed',
  'the answer to a commit was lost',
  'an append was refused',
  'the answer to an append was lost',
  'the storage failed',
  'a query failed',
  'a transaction failed before its commit',
  'the answer to a transaction was lost',
  'a transaction waited for another',
  'the inbox knew the event',
  'a handler failed',
  'a handler was given up at its deadline',
  'a handler crashed its process',
  'a record was dead-lettered unrun, for its crashes',
  'an outage paused a record',
  'a record was dead-lettered',
] as const

export type RareState = (typeof RARE_STATES)[number]
