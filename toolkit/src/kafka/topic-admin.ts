// Creates, deletes, describes, alters topics; a change is done when every broker has heard of it.
import type { metadataV12 } from '@platformatic/kafka'
import {
  ConfigResourceTypes,
  createTopicsV7,
  deleteTopicsV6,
  describeConfigsV4,
  IncrementalAlterConfigOperationTypes,
  incrementalAlterConfigsV1,
} from '@platformatic/kafka'
import { TimeoutError } from '../errors.ts'
import type { TopicSpecification } from '../log/log.ts'
import type { Cluster } from './cluster.ts'
import { CODE, retrying, throwCode } from './faults.ts'

const REQUEST_TIMEOUT_MS = 10_000
/** How long the controller may take before it answers. */
const CONTROLLER_MS_MAX = 8000
const SPREAD_TIMEOUT_MS = 30_000
const NO_LEADER = -1

/** One attempt, like all of these. */
export async function createTopics(
  cluster: Cluster,
  topics: readonly TopicSpecification[],
): Promise<void> {
  const wanted = topics.map(({ name, partitions, replicationFactor, config }) => ({
    name,
    numPartitions: partitions,
    replicationFactor,
    assignments: [],
    configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
  }))
  const { api } = createTopicsV7
  const created = await ask(cluster, api, wanted, CONTROLLER_MS_MAX, false)
  for (const { errorCode, errorMessage } of created.topics) {
    if (errorCode !== CODE.TOPIC_ALREADY_EXISTS) throwCode(errorCode, errorMessage)
  }
  await everywhere(
    cluster,
    topics.map(({ name }) => name),
    isLed,
  )
}

export async function deleteTopics(cluster: Cluster, names: readonly string[]): Promise<void> {
  const wanted = names.map((name) => ({ name }))
  const { responses } = await ask(cluster, deleteTopicsV6.api, wanted, CONTROLLER_MS_MAX)
  for (const { errorCode, errorMessage } of responses) {
    if (errorCode !== CODE.UNKNOWN_TOPIC_OR_PARTITION) throwCode(errorCode, errorMessage)
  }
  await everywhere(cluster, names, isGone)
}

export async function describeTopics(
  cluster: Cluster,
  names: readonly string[],
): Promise<TopicSpecification[]> {
  await cluster.refresh(names)
  const topics = names.flatMap((name) => cluster.topic(name) ?? [])
  if (topics.length === 0) return []
  const resources = topics.map(({ name }) => resourceOf(name))
  const { results } = await ask(cluster, describeConfigsV4.api, resources)
  const configs = new Map<string, Record<string, string>>()
  for (const { errorCode, errorMessage, resourceName, configs: entries } of results) {
    throwCode(errorCode, errorMessage)
    const inForce = entries.flatMap(({ name, value }) => (value === null ? [] : [[name, value]]))
    configs.set(resourceName, Object.fromEntries(inForce))
  }
  return topics.map(({ name, leaders, replicationFactor }) => ({
    name,
    partitions: leaders.length,
    replicationFactor,
    config: configs.get(name) ?? {},
  }))
}

export async function alterTopicConfig(
  cluster: Cluster,
  name: string,
  config: Readonly<Record<string, string>>,
): Promise<void> {
  const { SET } = IncrementalAlterConfigOperationTypes
  const configs = Object.entries(config).map(([key, value]) => ({
    name: key,
    configOperation: SET,
    value,
  }))
  const resource = { ...resourceOf(name), configs }
  const { responses } = await ask(cluster, incrementalAlterConfigsV1.api, [resource], false)
  for (const { errorCode, errorMessage } of responses) throwCode(errorCode, errorMessage)
}

const ask: <Arguments extends unknown[], Answer>(
  cluster: Cluster,
  api: Parameters<typeof cluster.callSlow<Arguments, Answer>>[1],
  ...parameters: Arguments
) => Promise<Answer> = (cluster, api, ...parameters) =>
  cluster.callSlow(REQUEST_TIMEOUT_MS, api, ...parameters)

function resourceOf(name: string) {
  return { resourceType: ConfigResourceTypes.TOPIC, resourceName: name }
}

type TopicAnswer = metadataV12.MetadataResponseTopic

function isLed({ errorCode, partitions }: TopicAnswer): boolean {
  const led = partitions.every(({ leaderId }) => leaderId !== NO_LEADER)
  return errorCode === CODE.NONE && led
}

function isGone({ errorCode }: TopicAnswer): boolean {
  return errorCode === CODE.UNKNOWN_TOPIC_OR_PARTITION
}

/** Waits until every broker says it of the topics, so that the next request can go to any. */
async function everywhere(
  cluster: Cluster,
  names: readonly string[],
  holds: (topic: TopicAnswer) => boolean,
): Promise<void> {
  const what = `Not every broker has heard of the change: ${names.join(', ')}.`
  await retrying(cluster, what, SPREAD_TIMEOUT_MS, async () => {
    await cluster.refresh(names)
    const answers = cluster.brokerIds().map((broker) => cluster.describe(broker, names))
    for (const { topics } of await Promise.all(answers)) {
      if (!topics.every(holds)) throw new TimeoutError(what)
    }
  })
}
