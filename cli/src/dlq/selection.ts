// Which dead letters a command means: every option that is given must fit.
import type { Command } from 'commander'
import { keyOf, type Selection } from 'sosik'
import type { Catalogue } from 'sosik/catalogue'
import { CommandError } from '../command-error.ts'
import { timeIn } from '../time.ts'

export interface SelectionFlags {
  readonly type?: string
  readonly key?: string
  readonly keyless?: true
  readonly code?: string
  readonly from?: string
  readonly before?: string
  readonly id?: string
  readonly topic?: string
  readonly at?: string
}

export interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
}

export function withSelection(command: Command): Command {
  return command
    .option('--type <event>', 'of this type, such as OrderPlaced')
    .option('--key <text>', 'of this key')
    .option('--keyless', 'without a key')
    .option('--code <code>', 'that failed with this code, such as SOSIK_DOMAIN or TypeError')
    .option('--from <time>', 'that failed at or after it, such as 2026-01-27T10:00:00Z')
    .option('--before <time>', 'that failed before it')
    .option('--id <event id>', 'the event of this id')
    .option('--topic <topic>', 'of this topic')
    .option('--at <topic/partition/offset>', 'the event that lies there')
}

/** Throws `CommandError` for options that contradict each other or name nothing. */
export function selectionOf(
  flags: SelectionFlags,
  catalogue: Pick<Catalogue, 'topics'>,
): Selection {
  const { type, key, keyless, code, from, before, id, topic, at } = flags
  if (key !== undefined && keyless) throw new CommandError('Say either --key or --keyless.')
  if (topic !== undefined && at !== undefined) throw new CommandError('Say either --topic or --at.')
  return {
    ...(type !== undefined && { type }),
    ...(key !== undefined && { key: keyOf(key) }),
    ...(keyless && { key: null }),
    ...(code !== undefined && { errorCode: code }),
    ...(from !== undefined && { failedFromMs: timeIn(from) }),
    ...(before !== undefined && { failedBeforeMs: timeIn(before) }),
    ...(id !== undefined && { eventId: id }),
    ...(topic !== undefined && { topic: topicNamed(topic, catalogue) }),
    ...(at !== undefined && placeIn(at)),
  }
}

/** Throws `CommandError` for a text of another form. */
export function placeIn(text: string): Place {
  const [, topic, partition, offset] = /^(.+)\/(\d+)\/(\d+)$/.exec(text) ?? []
  if (topic === undefined || offset === undefined) {
    throw new CommandError(`${text} is no place; write it as topic/partition/offset.`)
  }
  return { topic, partition: Number(partition), offset: BigInt(offset) }
}

function topicNamed(name: string, { topics }: Pick<Catalogue, 'topics'>): string {
  if (topics.some((one) => one.name === name)) return name
  const known = topics.map((one) => one.name).join(', ')
  throw new CommandError(`No topic ${name} in the catalogue; it has ${known}.`)
}
