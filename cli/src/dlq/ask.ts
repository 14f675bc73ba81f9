// `sosik dlq redrive` and `sosik dlq discard`: asks the group's members, and waits for them.
import type { Command } from 'commander'
import {
  type Action,
  type AskOptions,
  type DeadLetter,
  type DeadLetters,
  REDRIVE_CAP,
  REDRIVE_RATE_PER_SECOND,
  type Selection,
} from 'sosik'
import { CommandError } from '../command-error.ts'
import { type ConsentFlags, requireConsent, withBy, withConsent } from '../consent.ts'
import { groupsNamed } from '../groups/named.ts'
import { printRows } from '../table.ts'
import { spanText } from '../time.ts'
import { countIn, rateIn } from '../numbers.ts'
import { type DlqFlags, lettersOf, onDlq, type OpenDlq, withDlqOptions } from './parts.ts'
import { followRun } from './progress.ts'
import { letterRow } from './rows.ts'
import { type SelectionFlags, selectionOf, withSelection } from './selection.ts'

const SECOND_MS = 1_000

interface AskFlags extends DlqFlags, SelectionFlags, ConsentFlags {
  readonly all?: true
  readonly quarantined?: true
  readonly dryRun?: true
  readonly max: number
  readonly rate: number
  readonly wait: boolean
}

const HELP: Readonly<Record<Action, string>> = {
  redrive: `
The group's own members handle the events again, each in its key's line and with its own event id,
so no other group sees any of it. What waits behind them is handled after them, in order. Mend the
cause first: a dead letter that failed in three redrives is quarantined.

It waits until the run has ended; Ctrl-C ends the waiting, not the run. It exits with 3 when one of
them failed again.

Examples:
  sosik dlq redrive search-indexer-group --code TypeError --dry-run
  sosik dlq redrive search-indexer-group --code TypeError --max 1 --by minsu
  sosik dlq redrive search-indexer-group --all --rate 50 --by minsu
  sosik dlq redrive search-indexer-group --key 42 --quarantined`,
  discard: `
The events are given up: the group never handles them. What waits behind them is handled after that,
in order. Their letters stay in the dead letter topic for its thirty days, and the run in
\`sosik dlq runs\`.

Examples:
  sosik dlq discard search-indexer-group --at message.events/3/1207 --dry-run
  sosik dlq discard search-indexer-group --at message.events/3/1207 --yes --by minsu`,
}

export function addAsk(dlq: Command, action: Action, open: OpenDlq): void {
  const command = withSelection(dlq.command(action))
    .description(
      action === 'redrive'
        ? 'Has a group handle its dead letters again, and what waits behind them.'
        : 'Gives dead letters of a group up, and has it handle what waits behind them.',
    )
    .argument('<group>', 'a group of the catalogue')
    .option('--all', 'all of the group')
    .option('--quarantined', 'those that are quarantined, instead of those that are open')
    .option('--dry-run', 'tell what would be asked for, and ask for nothing')
    .option('--max <count>', 'at most so many, the first by their places', countIn, REDRIVE_CAP)
    .option('--rate <count>', 'at most so many a second', rateIn, REDRIVE_RATE_PER_SECOND)
    .option('--no-wait', 'only ask; the run goes on without this command')
  withDlqOptions(action === 'discard' ? withConsent(command) : withBy(command))
    .addHelpText('after', HELP[action])
    .action((name: string, flags: AskFlags) =>
      onDlq(open, flags, async (parts) => {
        const [group] = groupsNamed(parts.catalogue, [name])
        if (group === undefined) throw new CommandError(`No group ${name}.`)
        const selection = chosen(flags, selectionOf(flags, parts.catalogue))
        if (action === 'discard' && !flags.dryRun) {
          requireConsent(flags, 'give events up for ever; --dry-run shows which')
        }
        return ask({ action, group: name, letters: lettersOf(parts, group), selection, flags })
      }),
    )
}

/** Nothing is asked for by leaving something out. */
function chosen({ all }: AskFlags, selection: Selection): Selection {
  const isSelective = Object.keys(selection).length > 0
  if (isSelective !== (all === true)) return selection
  throw new CommandError(
    isSelective
      ? 'Say either --all or which ones.'
      : 'Say which: --type, --key, --code, --from, --before, --id, --topic, --at, or --all.',
  )
}

interface Ask {
  readonly action: Action
  readonly group: string
  readonly letters: DeadLetters
  readonly selection: Selection
  readonly flags: AskFlags
}

async function ask({ action, group, letters, selection, flags }: Ask): Promise<number> {
  const { quarantined = false, dryRun = false, max: cap, rate: ratePerSecond, by } = flags
  const options: AskOptions = {
    selection,
    requestedBy: by,
    cap,
    ratePerSecond,
    quarantined,
    dryRun,
  }
  const asked = await letters[action](options)
  const { selected, runId } = asked
  if (selected === 0) return tellNone({ action, group, letters, selection, flags })
  if (runId === undefined) {
    tellDryRun(action, asked.letters, flags)
    return 0
  }
  if (selected === cap) {
    console.error(`${action}: ${cap} is the most that was asked for; there may be more`)
  }
  if (flags.wait) return followRun(letters, runId, flags.output)
  console.error(
    `${action}: ${selected} of ${group} asked for; \`sosik dlq runs ${group}\` tells how it goes`,
  )
  return 0
}

function tellDryRun(action: Action, letters: readonly DeadLetter[], flags: AskFlags): void {
  const { output, rate } = flags
  printRows(
    letters.map((letter) => letterRow(letter, output)),
    output,
  )
  const leastMs = ((letters.length - 1) * SECOND_MS) / rate
  console.error(
    `${action}: would take these ${letters.length}, in ${spanText(leastMs)} or more; ` +
      'nothing was asked for',
  )
}

async function tellNone({ action, group, letters, selection, flags }: Ask): Promise<number> {
  const other = flags.quarantined ? 'open' : 'quarantined'
  const others = await letters.list({ selection, states: [other], limit: REDRIVE_CAP })
  const hint = flags.quarantined ? 'leave --quarantined out for them' : '--quarantined takes them'
  console.error(
    others.length === 0
      ? `${action}: ${group} has no dead letter that fits`
      : `${action}: ${group} has none that fits, but ${others.length} ${other}: ${hint}`,
  )
  if (flags.output === 'json') printRows([], 'json')
  return 0
}
