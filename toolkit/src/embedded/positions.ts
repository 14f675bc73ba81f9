// Where a group stands in its partitions: checked on the way in, complete on the way out.
import { CommitMetadataTooLargeError } from '../errors.ts'
import type { Assigned, Commit, TopicPartition } from '../log/log.ts'
import { COMMIT_METADATA_BYTES_MAX } from '../log/log.ts'
import type { Broker } from './broker.ts'
import { placeOf } from '../log/place.ts'
import type { GroupCommit } from './storage.ts'
import type { Writer } from './writer.ts'

/** The commit as it is stored; throws `CommitMetadataTooLargeError`. */
export function groupCommit(group: string, commit: Commit): GroupCommit {
  const { topic, partition, offset, metadata = '' } = commit
  const bytes = Buffer.byteLength(metadata)
  if (bytes > COMMIT_METADATA_BYTES_MAX) {
    const detail = `${bytes} bytes for ${placeOf(commit)}, at most ${COMMIT_METADATA_BYTES_MAX}.`
    throw new CommitMetadataTooLargeError(detail)
  }
  return { group, topic, partition, offset, metadata }
}

/** The partitions with their last commit, also one that is still being written, or the earliest. */
export async function startingPositions(
  { storage }: Broker,
  writer: Writer,
  group: string,
  partitions: readonly TopicPartition[],
): Promise<Assigned[]> {
  await writer.commit([])
  const committed = new Map(storage.committed(group).map((commit) => [placeOf(commit), commit]))
  return partitions.map(({ topic, partition }) => {
    const commit = committed.get(placeOf({ topic, partition }))
    const offset = commit?.offset ?? storage.bounds({ topic, partition }).earliest
    return { topic, partition, offset, metadata: commit?.metadata ?? '' }
  })
}
