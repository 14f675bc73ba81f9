// Who changes something by hand, for the audit, and whether it is meant: `--by` and `--yes`.
import { hostname, userInfo } from 'node:os'
import { type Command, Option } from 'commander'
import { CommandError } from './command-error.ts'

export interface ByFlags {
  readonly by: string
}

export interface ConsentFlags extends ByFlags {
  readonly yes?: true
}

/** Of commands that leave a line in an audit. */
export const withBy = (command: Command): Command =>
  command.addOption(new Option('--by <name>', 'who asks, for the audit').default(whoAmI()))

/** Of commands that lose something. */
export const withConsent = (command: Command): Command =>
  withBy(command).option('-y, --yes', 'it is meant; without, nothing is changed')

/** Throws `CommandError`, which says what would be done, unless it is meant. */
export function requireConsent(flags: ConsentFlags, what: string): void {
  if (!flags.yes) throw new CommandError(`This would ${what}. Say --yes to do it.`)
}

function whoAmI(): string {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    // A container may run as a user that has no name.
    return `${process.getuid?.() ?? 'somebody'}@${hostname()}`
  }
}
