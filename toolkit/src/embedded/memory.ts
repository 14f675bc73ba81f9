// Storage in memory: what the process forgets when it ends.
import { FolderInUseError } from '../errors.ts'
import type { Commit, LogRecord, TopicPartition, TopicSpecification } from '../log/log.ts'
import { placeOf } from '../log/place.ts'
import { recordBytes } from './record-bytes.ts'
import type { OpenStorage, PlacedRecord, Storage } from './storage.ts'
import { READ_RECORDS_MAX } from './storage.ts'
import { firstAtOrAfter } from './time-search.ts'

interface Partition {
  earliest: number
  readonly records: LogRecord[]
  /** For each record the highest time up to it. */
  readonly timestampMsMax: number[]
}

/** Everything that one opener's storages see, one after the other. */
interface Contents {
  readonly topics: Map<string, TopicSpecification>
  readonly partitions: Map<string, Partition>
  readonly committed: Map<string, Map<string, Required<Commit>>>
}

/** An opener whose contents live as long as itself: closing and opening again loses nothing. */
export function memoryStorage(): OpenStorage {
  const contents = { topics: new Map(), partitions: new Map(), committed: new Map() }
  let open = false
  return () => {
    if (open) throw new FolderInUseError('memory')
    open = true
    return storageOver(contents, () => {
      open = false
    })
  }
}

function storageOver(contents: Contents, close: () => void): Storage {
  const { topics, partitions, committed } = contents
  const partitionOf = (of: TopicPartition): Partition => {
    const place = placeOf(of)
    const known = partitions.get(place)
    const partition = known ?? { earliest: 0, records: [], timestampMsMax: [] }
    if (!known) partitions.set(place, partition)
    return partition
  }
  return {
    topics: () => [...topics.values()],
    putTopic(topic) {
      topics.set(topic.name, topic)
    },
    removeTopic(name) {
      removeTopic(contents, name)
    },
    bounds(of) {
      const { earliest, next } = boundsOf(partitionOf(of))
      return { earliest: BigInt(earliest), next: BigInt(next) }
    },
    write(records, commits) {
      for (const { group, ...commit } of commits) {
        const positions = committed.get(group) ?? new Map<string, Required<Commit>>()
        committed.set(group, positions.set(placeOf(commit), commit))
      }
      return records.map((record) => push(partitionOf(record), record))
    },
    read: (of, from, bytesMax) => slice(partitionOf(of), from, bytesMax),
    offsetAt(of, timestampMs) {
      const partition = partitionOf(of)
      const { earliest } = partition
      const maxAt = (offset: number) => partition.timestampMsMax[offset - earliest] ?? Infinity
      return BigInt(firstAtOrAfter(timestampMs, boundsOf(partition), maxAt))
    },
    truncate(of, to) {
      const partition = partitionOf(of)
      const count = Number(to) - partition.earliest
      partition.records.splice(0, count)
      partition.timestampMsMax.splice(0, count)
      partition.earliest += count
    },
    committed: (group) => [...(committed.get(group)?.values() ?? [])],
    close,
  }
}

function removeTopic({ topics, partitions, committed }: Contents, name: string): void {
  const count = topics.get(name)?.partitions ?? 0
  topics.delete(name)
  for (let partition = 0; partition < count; partition += 1) {
    const place = placeOf({ topic: name, partition })
    partitions.delete(place)
    for (const positions of committed.values()) positions.delete(place)
  }
}

function boundsOf({ earliest, records }: Partition) {
  return { earliest, next: earliest + records.length }
}

/** Copies the bytes, so that the log keeps what was written whatever the writer does next. */
function push(partition: Partition, record: PlacedRecord): bigint {
  const offset = BigInt(boundsOf(partition).next)
  partition.records.push({
    ...record,
    offset,
    key: record.key && new Uint8Array(record.key),
    value: record.value && new Uint8Array(record.value),
    headers: record.headers.map(([name, value]) => [name, new Uint8Array(value)] as const),
  })
  const before = partition.timestampMsMax.at(-1) ?? record.timestampMs
  partition.timestampMsMax.push(Math.max(before, record.timestampMs))
  return offset
}

function slice({ earliest, records }: Partition, from: bigint, bytesMax: number): LogRecord[] {
  const start = Math.max(0, Number(from) - earliest)
  const taken: LogRecord[] = []
  let bytes = 0
  for (const record of records.slice(start, start + READ_RECORDS_MAX)) {
    bytes += recordBytes(record)
    if (bytes > bytesMax && taken.length > 0) break
    taken.push(record)
  }
  return taken
}
