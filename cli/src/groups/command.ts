// `sosik groups`: how far each consumer group is behind, who is in it, and how one is set back.
import { Command } from 'commander'
import { groupLag } from 'sosik'
import { type LogFlags, onLog, withLogOptions } from '../on-log.ts'
import { printRows } from '../table.ts'
import { memberRows } from './members.ts'
import { groupsNamed } from './named.ts'
import { addReplay } from './replay.ts'

type LagFlags = LogFlags & { readonly onlyWithLag?: true }

export function groupsCommand(): Command {
  const command = new Command('groups').description("The catalogue's consumer groups.")
  withLogOptions(command.command('lag'))
    .description('Committed and end offsets, and the records between them, by partition.')
    .argument('[group...]', 'only these groups')
    .option('--only-with-lag', 'leave out partitions that are not behind')
    .action((names: string[], flags: LagFlags) =>
      onLog(flags, async ({ log, catalogue }) => {
        const groups = groupsNamed(catalogue, names)
        const lags = await Promise.all(groups.map((group) => groupLag(log.admin, group)))
        const rows = lags
          .flat()
          .filter((one) => one.lag > 0n || !flags.onlyWithLag)
          .map(({ group, topic, partition, committed, end, lag }) => ({
            group,
            topic,
            partition,
            current_offset: committed?.toString(),
            log_end_offset: end.toString(),
            lag: lag.toString(),
          }))
        if (rows.length > 0 || flags.output === 'json') printRows(rows, flags.output)
        else console.error('groups: nobody is behind')
        return 0
      }),
    )
  withLogOptions(command.command('members'))
    .description('The members of each group, and the partitions that each of them holds.')
    .argument('[group...]', 'only these groups')
    .action((names: string[], flags: LogFlags) =>
      onLog(flags, async ({ log, catalogue }) => {
        const groups = groupsNamed(catalogue, names)
        const rows = await Promise.all(
          groups.map(async ({ name }) => memberRows(name, await log.admin.describeGroup(name))),
        )
        printRows(rows.flat(), flags.output)
        return 0
      }),
    )
  addReplay(command)
  return command
}
