// `sosik outbox release`: held keys are tried again, one, some or all of them.
import type { Command } from 'commander'
import { CommandError } from '../command-error.ts'
import { type ByFlags, withBy } from '../consent.ts'
import { type OutboxFlags, onOutbox, tellDone, withOutboxOptions } from './on-outbox.ts'
import { type SelectionFlags, selectionOf, withSelection } from './selection.ts'

type ReleaseFlags = OutboxFlags & SelectionFlags & ByFlags & { readonly all?: true }

const HELP = `
When the cause is gone: the right is given, the topic is there, its limit is raised. Each key's rows
go in their order, the refused one first. What the log refuses again is held again, with all its
attempts before it. Nothing is lost either way.

Examples:
  sosik outbox release --row 4711
  sosik outbox release --topic orders --key 4
  sosik outbox release --topic orders --code SOSIK_LOG_REFUSED    a whole topic at once`

export function addRelease(outbox: Command): void {
  withBy(withSelection(withOutboxOptions(outbox.command('release'))))
    .description('Lets held and parked keys be tried again, at once.')
    .option('--all', 'every held key')
    .addHelpText('after', HELP)
    .action((flags: ReleaseFlags) =>
      onOutbox(flags, async (operations) => {
        const selection = selectionOf(flags)
        if (Object.keys(selection).length > 0 === (flags.all === true)) {
          throw new CommandError('Say which: --row, --topic, --key and --code, or --all.')
        }
        const released = await operations.release(selection, flags.by)
        if (released === 0) {
          throw new CommandError('No held key is like that; `sosik outbox held` lists them.')
        }
        const keys = released === 1 ? 'key is' : 'keys are'
        tellDone(flags, { released }, `release: ${released} ${keys} tried again now`)
      }),
    )
}
