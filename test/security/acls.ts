// Rights on a broker: given, taken back, and asked of the broker for what they are.
import {
  type Acl,
  AclOperations,
  AclPermissionTypes,
  type Connection,
  createAclsV3,
  deleteAclsV3,
  describeGroupsV5,
  metadataV12,
  ResourcePatternTypes,
  ResourceTypes,
  ResponseError,
} from '@platformatic/kafka'
import type { KafkaOperation, KafkaRight } from '@sosik/server/src/rights/kafka.ts'

/** Rights of a login, whatever it is called. */
export type Right = Omit<KafkaRight, 'principal'> & { readonly principal: string }

export async function allow(connection: Connection, rights: readonly Right[]): Promise<void> {
  await createAclsV3.api.async(connection, rights.flatMap(aclsOf))
}

export async function withdraw(connection: Connection, rights: readonly Right[]): Promise<void> {
  const acls = rights.flatMap(aclsOf)
  const { filterResults } = await deleteAclsV3.api.async(connection, acls)
  const gone = filterResults.flatMap(({ matchingAcls }) => matchingAcls)
  if (gone.length !== acls.length) throw new Error(`${gone.length} of ${acls.length} were there`)
}

function aclsOf({ principal, resource, name, operations }: Right): Acl[] {
  return operations.map((operation) => ({
    resourceType: resource === 'topic' ? ResourceTypes.TOPIC : ResourceTypes.GROUP,
    resourceName: name,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: `User:${principal}`,
    host: '*',
    operation: AclOperations[operation],
    permissionType: AclPermissionTypes.ALLOW,
  }))
}

const OPERATIONS: readonly KafkaOperation[] = [
  'READ',
  'WRITE',
  'CREATE',
  'DELETE',
  'ALTER',
  'DESCRIBE',
  'DESCRIBE_CONFIGS',
  'ALTER_CONFIGS',
]

/** What the broker lets whoever asks do, `topic user.events READ` a line. */
export async function rightsHeld(
  connection: Connection,
  names: { readonly topics: readonly string[]; readonly groups: readonly string[] },
): Promise<string[]> {
  const { topics } = await answered(
    metadataV12.api.async(connection, [...names.topics], false, true),
  )
  const { groups } = await answered(describeGroupsV5.api.async(connection, [...names.groups], true))
  return [
    ...topics.flatMap(({ name, topicAuthorizedOperations: held }) =>
      linesOf('topic', String(name), held),
    ),
    ...groups.flatMap(({ groupId, authorizedOperations: held }) => linesOf('group', groupId, held)),
  ].sort()
}

/** The client throws an answer that has an error code in it, such as for what may not be seen. */
function answered<Answer>(asked: Promise<Answer>): Promise<Answer> {
  return asked.catch((error: unknown) => {
    if (error instanceof ResponseError) return error['response'] as Answer
    throw error
  })
}

/** A bit for each operation; none of ours for what may not even be seen. */
function linesOf(resource: KafkaRight['resource'], name: string, held: number): string[] {
  return OPERATIONS.filter((operation) => (held >> AclOperations[operation]) & 1).map(
    (operation) => `${resource} ${name} ${operation}`,
  )
}

/** The same lines, as a table has them. */
export function rightsWritten(rights: readonly Omit<Right, 'principal'>[]): string[] {
  return rights
    .flatMap(({ resource, name, operations }) =>
      operations.map((operation) => `${resource} ${name} ${operation}`),
    )
    .sort()
}
