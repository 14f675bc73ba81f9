// Records for the log suite: making them, and laying them out so that two can be compared.
import type { AppendResult, EventLog, LogRecord, NewRecord, TopicPartition } from '../../log/log.ts'

/** UTF-8 bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** The text that a value's bytes stand for. */
export function textOf({ value }: Pick<NewRecord, 'value'>): string {
  return Buffer.from(value ?? []).toString()
}

/** A record with a text for its value, without a key. */
export function record(topic: string, partition: number, value: string): NewRecord {
  return { topic, partition, key: null, value: bytes(value), headers: [] }
}

/** `count` records for one partition with the values `0`, `1`, … or `name-0`, `name-1`, … */
export function records(topic: string, partition: number, count: number, name = ''): NewRecord[] {
  const prefix = name && `${name}-`
  return Array.from({ length: count }, (_, at) => record(topic, partition, `${prefix}${at}`))
}

/** Key, value, headers and time as plain texts, whatever kind of bytes an adapter gives. */
export function plain(of: Pick<LogRecord, 'key' | 'value' | 'headers' | 'timestampMs'>) {
  return {
    key: hex(of.key),
    value: hex(of.value),
    headers: of.headers.map(([name, value]) => [name, hex(value)]),
    timestampMs: of.timestampMs,
  }
}

function hex(data: Uint8Array | null): string | null {
  return data && Buffer.from(data).toString('hex')
}

/** Appends and throws the first refusal; gives the offsets in the records' order. */
export async function appendAll(log: EventLog, batch: readonly NewRecord[]): Promise<bigint[]> {
  return (await log.append(batch)).map(offsetOf)
}

/** The offset of an acknowledged record; throws the reason of a refused one. */
function offsetOf(result: AppendResult): bigint {
  if (!result.ok) throw result.error
  return result.offset
}

/** Everything that lies in a partition now. */
export async function readAll(log: EventLog, partition: TopicPartition): Promise<LogRecord[]> {
  const ends = await log.admin.offsets(partition.topic, 'latest')
  const end = ends.find((row) => row.partition === partition.partition)
  return Array.fromAsync(log.admin.read(partition, 0n, end?.offset ?? 0n))
}
