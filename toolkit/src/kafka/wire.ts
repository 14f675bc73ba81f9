// The two requests that carry records, without the client's own handling of records: batches go in
// and come out as bytes.
import type { Reader } from '@platformatic/kafka'
import { createAPI, fetchV17, produceV11, Writer } from '@platformatic/kafka'

/** One partition's batch in a produce request. */
export interface ProducePart {
  readonly topic: string
  readonly partition: number
  readonly batch: Buffer
}

/** One partition of a fetch answer; `bytes` is null when nothing is there to read. */
export interface FetchedPartition {
  readonly topicId: string
  readonly partition: number
  readonly errorCode: number
  readonly highWatermark: bigint
  readonly bytes: Buffer | null
}

const PRODUCE = 0
const FETCH = 1
const ACKS_ALL = -1

/** Arguments: the brokers' own limit for all replicas to acknowledge, and the batches. */
export const produce = createAPI<
  [acknowledgeMs: number, parts: readonly ProducePart[]],
  produceV11.ProduceResponse
>(PRODUCE, produceV11.api.version, writeProduceRequest, produceV11.parseResponse)

/** Arguments as the client's `fetchV17` takes them. */
export const fetch = createAPI<
  fetchV17.FetchRequest,
  { errorCode: number; partitions: FetchedPartition[] }
>(FETCH, fetchV17.api.version, fetchV17.createRequest, readFetchResponse)

function writeProduceRequest(acknowledgeMs: number, parts: readonly ProducePart[]): Writer {
  const byTopic = Map.groupBy(parts, (part) => part.topic)
  return Writer.create()
    .appendString(null) // no transaction
    .appendInt16(ACKS_ALL)
    .appendInt32(acknowledgeMs)
    .appendArray([...byTopic], (topicWriter, [topic, ofTopic]) => {
      topicWriter.appendString(topic).appendArray(ofTopic, (writer, { partition, batch }) => {
        writer.appendInt32(partition).appendBytes(batch)
      })
    })
    .appendTaggedFields()
}

function readFetchResponse(_id: number, _key: number, _version: number, reader: Reader) {
  reader.readInt32() // throttle time
  const errorCode = reader.readInt16()
  reader.readInt32() // session
  const partitions: FetchedPartition[] = []
  reader.readArray((topicReader) => {
    const topicId = topicReader.readUUID()
    topicReader.readArray((partitionReader) => {
      partitions.push(readFetchedPartition(topicId, partitionReader))
    })
  })
  return { errorCode, partitions }
}

function readFetchedPartition(topicId: string, reader: Reader): FetchedPartition {
  const partition = reader.readInt32()
  const errorCode = reader.readInt16()
  const highWatermark = reader.readInt64()
  reader.readInt64() // last stable offset
  reader.readInt64() // log start offset
  reader.readNullableArray((aborted) => [aborted.readInt64(), aborted.readInt64()])
  reader.readInt32() // preferred replica
  const bytes = reader.readNullableBytes()
  return { topicId, partition, errorCode, highWatermark, bytes }
}
