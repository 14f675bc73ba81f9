// What the parts of one embedded log share.
import type { Clock } from '../clock.ts'
import type { TopicSpecification } from '../log/log.ts'
import type { Storage } from './storage.ts'

export interface Broker {
  readonly storage: Storage
  /** All waiting goes through it; a delay of zero is a later turn, never this call. */
  readonly clock: Clock
  /** Every topic, by name. */
  readonly topics: Map<string, TopicSpecification>
}
