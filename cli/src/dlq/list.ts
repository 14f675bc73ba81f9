// `sosik dlq list` and `sosik dlq runs`: what lies there, and what was done about it.
import { type Command, Option } from 'commander'
import type { DeadLetterState, DeadLetterSummary } from 'sosik'
import { groupsNamed } from '../groups/named.ts'
import { printRows, type Row } from '../table.ts'
import { spanText } from '../time.ts'
import { countIn } from '../numbers.ts'
import { type DlqFlags, lettersOf, onDlq, type OpenDlq, withDlqOptions } from './parts.ts'
import { letterRow, runRow } from './rows.ts'
import { type SelectionFlags, selectionOf, withSelection } from './selection.ts'

const LIMIT = 100
const STATES: readonly DeadLetterState[] = [
  'open',
  'quarantined',
  'redriving',
  'discarding',
  'following',
  'redriven',
  'discarded',
]

const LIST_HELP = `
A dead letter is an event that a group failed for good. Of a group that parks keys, the key's later
events wait behind it; they have no line of their own here: \`sosik dlq show\` names them.

States:
  open         nobody has asked for anything
  redriving    asked for; the group's members handle it again, within seconds
  discarding   asked for; the members give it up
  following    it is done, and what waited behind it is being handled
  quarantined  failed in three redrives: only --quarantined takes it again
  redriven, discarded   ended, and kept for thirty days

Examples:
  sosik dlq list
  sosik dlq list search-indexer-group --type MessageEdited --from 2026-01-27T10:00:00Z
  sosik dlq list --state redriven discarded --json`

interface ListFlags extends DlqFlags, SelectionFlags {
  readonly state?: readonly DeadLetterState[]
  readonly limit: number
}

export function addList(dlq: Command, open: OpenDlq): void {
  const command = dlq.command('list').description("The catalogue's dead letters, by group.")
  withDlqOptions(withSelection(command))
    .argument('[group...]', 'only these groups')
    .addOption(
      new Option(
        '--state <state...>',
        'in these states (default: all that have not ended)',
      ).choices(STATES),
    )
    .option('--limit <count>', 'at most so many of a group', countIn, LIMIT)
    .addHelpText('after', LIST_HELP)
    .action((names: string[], flags: ListFlags) =>
      onDlq(open, flags, async (parts) => {
        const groups = groupsNamed(parts.catalogue, names)
        const selection = selectionOf(flags, parts.catalogue)
        const { state: states, limit, output } = flags
        const rows: Row[] = []
        for (const group of groups) {
          const query = { selection, limit, ...(states && { states }) }
          const letters = await lettersOf(parts, group).list(query)
          rows.push(...letters.map((letter) => letterRow(letter, output)))
          if (letters.length === limit) {
            console.error(`dlq: ${group.name}: only the first ${limit} are shown; see --limit`)
          }
        }
        if (rows.length > 0 || output === 'json') printRows(rows, output)
        const summaries = await parts.index.summary()
        const nowMs = Date.now()
        const lines = summaries
          .filter(({ group }) => groups.some((one) => one.name === group))
          .map((one) => summaryText(one, nowMs))
        for (const line of lines) console.error(`dlq: ${line}`)
        if (lines.length === 0) console.error('dlq: no dead letter waits for anybody')
        return 0
      }),
    )
}

function summaryText(summary: DeadLetterSummary, nowMs: number): string {
  const { group, unended, parkedKeys, oldestParkedAtMs, oldestOpenAtMs } = summary
  const oldest =
    oldestOpenAtMs === null ? '' : `, the oldest open for ${spanText(nowMs - oldestOpenAtMs)}`
  const letters = `${group}: ${unended} ${unended === 1 ? 'has' : 'have'} not ended${oldest}`
  if (oldestParkedAtMs === null) return letters
  const keys = parkedKeys === 1 ? '1 key waits' : `${parkedKeys} keys wait`
  return `${letters}; ${keys}, for up to ${spanText(nowMs - oldestParkedAtMs)}`
}

export function addRuns(dlq: Command, open: OpenDlq): void {
  withDlqOptions(dlq.command('runs'))
    .description('Who asked for which redrive or discard, and what came of it; newest first.')
    .argument('[group...]', 'only these groups')
    .option('--limit <count>', 'at most so many of a group', countIn, LIMIT)
    .addHelpText(
      'after',
      `
selected    dead letters that were asked for
succeeded   of them were handled, or discarded
failed      of them failed again
followers   events that had waited behind them and were handled
unfinished  of them are still to be done: the group's members do it`,
    )
    .action((names: string[], flags: DlqFlags & { readonly limit: number }) =>
      onDlq(open, flags, async (parts) => {
        const rows: Row[] = []
        for (const group of groupsNamed(parts.catalogue, names)) {
          rows.push(...(await lettersOf(parts, group).runs(flags.limit)).map(runRow))
        }
        if (rows.length > 0 || flags.output === 'json') printRows(rows, flags.output)
        else console.error('dlq: nobody has asked for anything yet')
        return 0
      }),
    )
}
