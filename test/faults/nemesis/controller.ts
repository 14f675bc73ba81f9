// Which node leads the controllers now, asked of the brokers themselves.
import { ConnectionPool, describeQuorumV2 } from '@platformatic/kafka'
import { until } from 'sosik/testing'
import type { Stand } from '../stand/stand.ts'

const METADATA_TOPIC = '__cluster_metadata'

/** The node's number; waits while there is none. */
export const controllerLeader = (stand: Stand): Promise<number> =>
  until('a controller leads', async () => {
    const leader = await askForLeader(stand).catch(() => 0)
    return leader > 0 && leader
  })

async function askForLeader(stand: Stand): Promise<number> {
  const pool = new ConnectionPool('faults')
  const brokers = stand.cluster.env.KAFKA_BROKERS.split(',').map((one) => {
    const [host = '', port] = one.split(':')
    return { host, port: Number(port) }
  })
  try {
    const connection = await pool.getFirstAvailable(brokers)
    const answer = await describeQuorumV2.api.async(connection, [
      { topicName: METADATA_TOPIC, partitions: [{ partitionIndex: 0 }] },
    ])
    return answer.topics[0]?.partitions[0]?.leaderId ?? 0
  } finally {
    await pool.close()
  }
}
