// What each role may do on Kafka, and no more: what an operator makes ACLs of.
import { messenger } from '@sosik/contract/catalogue'
import { userOnlineStatus } from '@sosik/contract/user'
import type { Topic } from 'sosik/catalogue'
import type { Role } from '../config.ts'

/** Who logs in: a role of the server, or whoever uses the command line. */
export type Principal = Role | 'operator'

/** By Kafka's names. What one of them implies is said as well, such as DESCRIBE by READ. */
export type KafkaOperation =
  | 'READ'
  | 'WRITE'
  | 'CREATE'
  | 'DELETE'
  | 'ALTER'
  | 'DESCRIBE'
  | 'DESCRIBE_CONFIGS'
  | 'ALTER_CONFIGS'

export interface KafkaRight {
  readonly principal: Principal
  readonly resource: 'topic' | 'group'
  readonly name: string
  readonly operations: readonly KafkaOperation[]
}

/** Of topics and their dead letter topics, which a process looks for when it starts. */
const LOOK: readonly KafkaOperation[] = ['DESCRIBE', 'DESCRIBE_CONFIGS']

const { topics, groups } = messenger
const isStatus = ({ name }: Topic) => name === userOnlineStatus.name
const sourcesOf = (these: readonly Topic[]) => these.map(({ name }) => name)
const lettersOf = (these: readonly Topic[]) => these.map(({ deadLetterTopic }) => deadLetterTopic)

const EVERY_TOPIC = [...sourcesOf(topics), ...lettersOf(topics)]
const EVERY_GROUP = groups.map(({ name }) => name)

/** One row for each principal and each of its topics and groups. */
export function kafkaRights(): KafkaRight[] {
  return [
    // It reads the log again for analytics, and looks where a message has got to.
    ...rightsOf('api', {
      reads: sourcesOf(topics),
      writes: [userOnlineStatus.name],
      watches: EVERY_GROUP,
    }),
    ...rightsOf('gateway', { writes: [userOnlineStatus.name] }),
    // Online status does not go through the outbox.
    ...rightsOf('relay', { writes: sourcesOf(topics.filter((topic) => !isStatus(topic))) }),
    ...groups.flatMap((group) =>
      rightsOf(`worker:${group.name}`, {
        reads: [...sourcesOf(group.topics), ...lettersOf(group.topics)],
        writes: lettersOf(group.topics),
        joins: [group.name],
      }),
    ),
    // It looks how far groups are behind, and where a message has got to.
    ...rightsOf('console', { reads: sourcesOf(topics), watches: EVERY_GROUP }),
    // It makes topics, shows dead letters, and sets groups back.
    ...rightsOf('operator', { reads: EVERY_TOPIC, makes: EVERY_TOPIC, joins: EVERY_GROUP }),
  ]
}

interface Doings {
  readonly reads?: readonly string[]
  readonly writes?: readonly string[]
  readonly makes?: readonly string[]
  /** Groups whose offsets it commits, and those at whose offsets it looks. */
  readonly joins?: readonly string[]
  readonly watches?: readonly string[]
}

function rightsOf(principal: Principal, doings: Doings): KafkaRight[] {
  const { reads = [], writes = [], makes = [], joins = [], watches = [] } = doings
  const ofTopics = EVERY_TOPIC.map((name): KafkaRight => {
    const operations: KafkaOperation[] = [...LOOK]
    if (reads.includes(name)) operations.push('READ')
    if (writes.includes(name)) operations.push('WRITE')
    if (makes.includes(name)) operations.push('CREATE', 'ALTER_CONFIGS')
    return { principal, resource: 'topic', name, operations }
  })
  const ofGroups = EVERY_GROUP.flatMap((name): KafkaRight[] => {
    const operations: KafkaOperation[] = []
    if (joins.includes(name) || watches.includes(name)) operations.push('DESCRIBE')
    if (joins.includes(name)) operations.push('READ')
    return operations.length === 0 ? [] : [{ principal, resource: 'group', name, operations }]
  })
  return [...ofTopics, ...ofGroups]
}
