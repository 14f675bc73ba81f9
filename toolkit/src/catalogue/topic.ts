// A topic as the catalogue declares it; its dead letter topic follows from it.

export interface Topic<Name extends string = string> {
  readonly kind: 'topic'
  readonly name: Name
  readonly partitions: number
  /** On a smaller cluster the number of brokers takes its place. */
  readonly replicationFactor: number
  readonly retentionMs: number
  /** CloudEvents source of everything that is published here, such as `/contexts/user`. */
  readonly source: string
  /** `<name>.dlq`: as many partitions, kept for 30 days. */
  readonly deadLetterTopic: `${Name}.dlq`
}

const REPLICATION_FACTOR = 3
export const DEAD_LETTER_RETENTION_MS = 30 * 24 * 3_600_000

export interface TopicOptions {
  readonly partitions: number
  readonly retentionMs: number
  readonly source: string
  readonly replicationFactor?: number
}

export function topic<const Name extends string>(name: Name, options: TopicOptions): Topic<Name> {
  return {
    kind: 'topic',
    name,
    partitions: options.partitions,
    replicationFactor: options.replicationFactor ?? REPLICATION_FACTOR,
    retentionMs: options.retentionMs,
    source: options.source,
    deadLetterTopic: deadLetterTopicOf(name),
  }
}

/** Where a topic's dead letters go; a reader may have nothing but the topic's name. */
export function deadLetterTopicOf<const Name extends string>(name: Name): `${Name}.dlq` {
  return `${name}.dlq`
}

export const hours = (count: number): number => count * 3_600_000
export const days = (count: number): number => count * 24 * 3_600_000
