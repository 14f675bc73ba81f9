// `sosik outbox held`: the rows that the log refused, and what waits behind them.
import type { Command } from 'commander'
import { type HeldKey, keyText } from 'sosik'
import { printJson, printRows } from '../table.ts'
import { timeText } from '../time.ts'
import { type OutboxFlags, onOutbox, withOutboxOptions } from './on-outbox.ts'
import { type SelectionFlags, selectionOf, withSelection } from './selection.ts'
import { withLimit } from './status.ts'

interface HeldFlags extends OutboxFlags, SelectionFlags {
  readonly limit: number
  readonly parked?: true
}

const ERROR_COLUMNS = 60

export function addHeld(outbox: Command): void {
  withLimit(withSelection(withOutboxOptions(outbox.command('held'))))
    .description('Rows that hold back their key, by the time: attempts, error, and rows behind.')
    .option('--parked', 'only what is not tried again by itself any more')
    .addHelpText('after', '\nThe whole error is in --json.')
    .action((flags: HeldFlags) =>
      onOutbox(flags, async (operations) => {
        const selection = { ...selectionOf(flags), ...(flags.parked && { isParked: true }) }
        const held = await operations.held(selection, flags.limit)
        if (flags.output === 'json') return printJson(held.map(jsonOf))
        if (held.length === 0) return console.error('held: nothing, every key goes')
        printRows(held.map(rowOf), flags.output)
      }),
    )
}

const jsonOf = ({ key, heldAtMs, refusedAtMs, ...held }: HeldKey) => ({
  ...held,
  key: keyText(key),
  heldAt: timeText(heldAtMs),
  refusedAt: timeText(refusedAtMs),
})

const rowOf = (held: HeldKey) => ({
  row: held.rowId,
  topic: held.topic,
  key: keyText(held.key),
  event: held.eventType,
  state: held.isParked ? 'parked' : 'held',
  attempts: held.attempts,
  waiting: held.waiting,
  held_since: timeText(held.heldAtMs),
  code: held.errorCode,
  error: held.error.slice(0, ERROR_COLUMNS),
})
