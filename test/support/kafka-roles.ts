// Which node does what, asked of the brokers: who leads the controllers, who keeps a group.
import { ConnectionPool, describeQuorumV2, findCoordinatorV6 } from '@platformatic/kafka'
import type { Connection } from '@platformatic/kafka'
import { until } from 'sosik/testing'

const METADATA_TOPIC = '__cluster_metadata'
const GROUP = 0

/** The node's number; waits while there is none. */
export const controllerLeader = (brokers: readonly string[]): Promise<number> =>
  asked('a controller leads', brokers, async (connection) => {
    const { topics } = await describeQuorumV2.api.async(connection, [
      { topicName: METADATA_TOPIC, partitions: [{ partitionIndex: 0 }] },
    ])
    return topics[0]?.partitions[0]?.leaderId
  })

/** The node's number; waits while there is none. */
export const coordinatorOf = (brokers: readonly string[], group: string): Promise<number> =>
  asked('a coordinator is there', brokers, async (connection) => {
    const { coordinators } = await findCoordinatorV6.api.async(connection, GROUP, [group])
    return coordinators[0]?.nodeId
  })

function asked(
  what: string,
  brokers: readonly string[],
  ask: (connection: Connection) => Promise<number | undefined>,
): Promise<number> {
  const addresses = brokers.map((one) => {
    const [host = '', port] = one.split(':')
    return { host, port: Number(port) }
  })
  return until(what, async () => {
    const pool = new ConnectionPool('tests')
    try {
      const answer = await ask(await pool.getFirstAvailable(addresses))
      return answer !== undefined && answer > 0 && answer
    } catch {
      return false
    } finally {
      await pool.close()
    }
  })
}
