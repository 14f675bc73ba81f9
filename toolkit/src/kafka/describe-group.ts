// Who the members of a group are and what each holds, as the group's coordinator has it.
import type { consumerGroupDescribeV0 } from '@platformatic/kafka'
import type { GroupDescription, GroupState, MemberDescription } from '../log/log.ts'
import { byPlace } from '../log/place.ts'
import { CODE, codeOf } from './faults.ts'
import type { GroupCoordinator } from './group-coordinator.ts'

/** What is neither of these, `Assigning` and `Reconciling`, is on its way. */
const STATES: Readonly<Record<string, GroupState>> = {
  Dead: 'empty',
  Empty: 'empty',
  Stable: 'stable',
}

/** A group of which only commits are known has no members either. */
export async function describeGroup(coordinator: GroupCoordinator): Promise<GroupDescription> {
  try {
    const { groupState, members } = await coordinator.describe()
    return {
      state: STATES[groupState] ?? 'rebalancing',
      members: members.map(memberOf).toSorted(byId),
    }
  } catch (error) {
    if (codeOf(error) === CODE.GROUP_ID_NOT_FOUND) return { state: 'empty', members: [] }
    throw error
  }
}

const byId = (left: MemberDescription, right: MemberDescription): number =>
  left.memberId < right.memberId ? -1 : 1

function memberOf(
  member: consumerGroupDescribeV0.ConsumerGroupDescribeResponseMember,
): MemberDescription {
  const { memberId, clientId, clientHost, assignment } = member
  const partitions = assignment.topicPartitions.flatMap(({ topicName: topic, partitions: held }) =>
    held.map((partition) => ({ topic, partition })),
  )
  return {
    memberId,
    clientId,
    // As Java writes an address without a name.
    host: clientHost.replace(/^\//, ''),
    partitions: partitions.toSorted(byPlace),
  }
}
