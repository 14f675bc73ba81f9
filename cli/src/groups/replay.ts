// `sosik groups replay`: sets a group back to a time or an offset; the others go on.
import { type Command, Option } from 'commander'
import { replay, type ReplayOptions, type ReplayTo } from 'sosik'
import type { Catalogue } from 'sosik/catalogue'
import { CommandError } from '../command-error.ts'
import { type LogFlags, onLog, withLogOptions } from '../on-log.ts'
import { printRows } from '../table.ts'
import { timeIn } from '../time.ts'
import { groupsNamed } from './named.ts'

interface ReplayFlags extends LogFlags {
  readonly toTime?: string
  readonly toEarliest?: true
  readonly toOffset?: readonly string[]
  readonly inbox: NonNullable<ReplayOptions['inbox']>
  readonly dryRun?: true
}

const INBOXES = ['skip_seen', 'force', 'side_effect_free'] as const

const HELP = `
Stop the group's members first: a group with members is refused, and nothing is changed. Other
groups go on all the while. After this, start the members again; they read from the new offsets,
and their handlers see \`isReplay\` up to where the group had come.

What happens with an event that the group has handled before is --inbox:
  skip_seen         it is left out, for the inbox knows it. For events that had no handler then.
  force             it is handled again. For a read model that was emptied before.
  side_effect_free  as force, but handlers marked with sideEffect() are skipped: no mail twice.
Without an inbox (publishing effects) skip_seen handles everything again.

Examples:
  sosik groups replay search-indexer-group --to-time 2026-01-27T10:00:00Z --dry-run
  sosik groups replay search-indexer-group --to-earliest --inbox force
  sosik groups replay search-indexer-group --to-offset message.events/3=1200 message.events/4=990`

export function addReplay(groups: Command): void {
  withLogOptions(groups.command('replay'))
    .description('Sets a group back, so that it reads its topics again from there.')
    .argument('<group>', 'a group of the catalogue, without members at the moment')
    .option('--to-time <time>', 'the first record at or after it, such as 2026-01-27T10:00:00Z')
    .option('--to-earliest', 'all that the topics still hold')
    .option('--to-offset <topic/partition=offset...>', 'these partitions only')
    .addOption(
      new Option('--inbox <policy>', 'what was handled before')
        .choices(INBOXES)
        .default(INBOXES[0]),
    )
    .option('--dry-run', 'tell what would be done, and do nothing')
    .addHelpText('after', HELP)
    .action((name: string, flags: ReplayFlags) =>
      onLog(flags, async ({ log, catalogue }) => {
        const [group] = groupsNamed(catalogue, [name])
        if (group === undefined) throw new CommandError(`No group ${name}.`)
        const { inbox, dryRun = false } = flags
        const to = startOf(flags, catalogue)
        const parts = await replay(log.admin, group, { to, inbox, dryRun })
        const rows = parts.map(({ topic, partition, from, to: start }) => ({
          group: group.name,
          topic,
          partition,
          from: from.toString(),
          to: start.toString(),
          records: (from - start).toString(),
        }))
        if (rows.length > 0 || flags.output === 'json') printRows(rows, flags.output)
        const records = parts.reduce((sum, one) => sum + one.from - one.to, 0n)
        const verb = dryRun ? 'would be' : 'is'
        console.error(
          rows.length === 0
            ? 'replay: nothing to do, the group is not beyond that'
            : `replay: ${group.name} ${verb} set back by ${records} records, inbox ${inbox}`,
        )
        return 0
      }),
    )
}

/** Exactly one of the three ways to say where. */
export function startOf(
  flags: Pick<ReplayFlags, 'toTime' | 'toEarliest' | 'toOffset'>,
  catalogue: Pick<Catalogue, 'topics'>,
): ReplayTo {
  const { toTime, toEarliest, toOffset } = flags
  const given = [toTime, toEarliest, toOffset].filter((one) => one !== undefined)
  if (given.length !== 1) {
    throw new CommandError('Say where: one of --to-time, --to-earliest and --to-offset.')
  }
  if (toOffset !== undefined) return { offsets: toOffset.map((text) => placeIn(text, catalogue)) }
  if (toTime === undefined) return 'earliest'
  return { timestampMs: timeIn(toTime) }
}

function placeIn(text: string, { topics }: Pick<Catalogue, 'topics'>) {
  const [, topic = '', partition = '', offset = ''] = /^(.+)\/(\d+)=(\d+)$/.exec(text) ?? []
  if (!topics.some(({ name }) => name === topic)) {
    const known = topics.map(({ name }) => name).join(', ')
    throw new CommandError(
      `${text} names no offset; write topic/partition=offset, of the topics ${known}.`,
    )
  }
  return { topic, partition: Number(partition), offset: BigInt(offset) }
}
