// The topics as the catalogue wants them, beside the topics as they are.
import type { Catalogue } from '../catalogue/catalogue.ts'
import { DEAD_LETTER_RETENTION_MS, type Topic } from '../catalogue/topic.ts'
import { TopicMissingError } from '../errors.ts'
import type { LogAdmin, TopicSpecification } from '../log/log.ts'

/** A dead letter holds a whole record and what is known of its failure. */
const DEAD_LETTER_BYTES_MAX = 5_000_000
const IN_SYNC_REPLICAS_MIN = 2

export type TopicChange =
  | { readonly kind: 'create'; readonly topic: TopicSpecification }
  | {
      readonly kind: 'alter'
      readonly name: string
      readonly setting: string
      readonly from: string
      readonly to: string
    }
  | {
      /** A difference that would break order or cannot be mended in place. */
      readonly kind: 'refused'
      readonly name: string
      readonly setting: 'partitions' | 'replicationFactor'
      readonly from: number
      readonly to: number
    }

export interface TopicPlan {
  readonly changes: readonly TopicChange[]
  /** The factor in force: the catalogue's, or the number of brokers when there are fewer. */
  readonly replicationFactor: { readonly wanted: number; readonly brokers: number }
}

/** Each topic and its dead letter topic, for a cluster of so many brokers. */
export function topicSpecifications(
  topics: readonly Topic[],
  brokers: number,
): TopicSpecification[] {
  return topics.flatMap((topic) => {
    const replicationFactor = Math.min(topic.replicationFactor, brokers)
    const config = {
      'retention.ms': String(topic.retentionMs),
      'min.insync.replicas': String(Math.min(IN_SYNC_REPLICAS_MIN, Math.max(1, brokers - 1))),
      'unclean.leader.election.enable': 'false',
      'cleanup.policy': 'delete',
    }
    const { partitions } = topic
    return [
      { name: topic.name, partitions, replicationFactor, config },
      {
        name: topic.deadLetterTopic,
        partitions,
        replicationFactor,
        config: {
          ...config,
          'retention.ms': String(DEAD_LETTER_RETENTION_MS),
          'max.message.bytes': String(DEAD_LETTER_BYTES_MAX),
        },
      },
    ]
  })
}

export async function planTopics(admin: LogAdmin, catalogue: Catalogue): Promise<TopicPlan> {
  const brokers = await admin.brokerCount()
  const wanted = topicSpecifications(catalogue.topics, brokers)
  const existing = await admin.describeTopics(wanted.map((topic) => topic.name))
  const byName = new Map(existing.map((topic) => [topic.name, topic]))
  const factors = catalogue.topics.map((topic) => topic.replicationFactor)
  return {
    changes: wanted.flatMap((topic) => changesOf(topic, byName.get(topic.name))),
    replicationFactor: { wanted: Math.max(1, ...factors), brokers },
  }
}

/** Carries out what is not refused. Running it twice changes nothing the second time. */
export async function applyTopics(admin: LogAdmin, plan: TopicPlan): Promise<void> {
  const created = plan.changes.flatMap((change) => (change.kind === 'create' ? change.topic : []))
  if (created.length > 0) await admin.createTopics(created)
  for (const change of plan.changes) {
    if (change.kind !== 'alter') continue
    await admin.alterTopicConfig(change.name, { [change.setting]: change.to })
  }
}

/** Throws `TopicMissingError`, which says what to run, unless every topic is there. */
export async function requireTopics(admin: LogAdmin, catalogue: Catalogue): Promise<void> {
  const names = catalogue.topics.flatMap((topic) => [topic.name, topic.deadLetterTopic])
  const existing = await admin.describeTopics(names)
  const found = new Set(existing.map((topic) => topic.name))
  const missing = names.filter((name) => !found.has(name))
  if (missing.length > 0) throw new TopicMissingError(missing)
}

function changesOf(wanted: TopicSpecification, actual?: TopicSpecification): TopicChange[] {
  if (actual === undefined) return [{ kind: 'create', topic: wanted }]
  const { name } = wanted
  const sizes = (['partitions', 'replicationFactor'] as const)
    .filter((setting) => actual[setting] !== wanted[setting])
    .map((setting) => ({
      kind: 'refused' as const,
      name,
      setting,
      from: actual[setting],
      to: wanted[setting],
    }))
  const settings = Object.entries(wanted.config)
    .filter(([setting, to]) => actual.config[setting] !== to)
    .map(([setting, to]) => ({
      kind: 'alter' as const,
      name,
      setting,
      from: actual.config[setting] ?? '',
      to,
    }))
  return [...sizes, ...settings]
}
