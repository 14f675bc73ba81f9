// An `EventLog` on Kafka 4: puts together what appends, what joins groups and what administers.
import { systemClock } from '../clock.ts'
import { ClosedError } from '../errors.ts'
import type { EventLog, GroupMember } from '../log/log.ts'
import { kafkaAdmin } from './admin.ts'
import { Appender } from './append.ts'
import { Cluster } from './cluster.ts'
import { joinGroup } from './member.ts'
import type { KafkaOptions } from './options.ts'
import { connectionOptions } from './options.ts'

const CLIENT_ID = 'sosik'

/**
 * Resolves when a broker answers; tries for 30 s. Rejects with `OldBrokerError` below Kafka 4.0,
 * `LogRefusedError` for a wrong login, `TimeoutError` when no broker is reached.
 */
export async function kafkaEventLog(options: KafkaOptions): Promise<EventLog> {
  const { brokers, clientId = CLIENT_ID, clock = systemClock } = options
  const cluster = new Cluster(brokers, clientId, connectionOptions(options), clock)
  try {
    await cluster.connect()
  } catch (error) {
    await cluster.close()
    throw error
  }
  const appender = new Appender(cluster)
  const members = new Set<Promise<GroupMember>>()
  let closed: Promise<void> | undefined

  async function close(): Promise<void> {
    const joined = await Promise.allSettled(members)
    await Promise.all(joined.map(async (one) => one.status === 'fulfilled' && one.value.leave()))
    await appender.close()
    await cluster.close()
  }

  return {
    admin: kafkaAdmin(cluster),
    append: (records) => appender.append(records),
    async join(joining) {
      if (closed) throw new ClosedError('the log')
      const member: Promise<GroupMember> = joinGroup(cluster, joining, () => {
        members.delete(member)
      })
      members.add(member)
      return member
    },
    close: () => (closed ??= close()),
  }
}
