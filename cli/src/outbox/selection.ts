// Which held keys are meant, as options say it.
import type { Command } from 'commander'
import { type HeldSelection, keyOf } from 'sosik'
import { countIn } from '../numbers.ts'

export interface SelectionFlags {
  readonly row?: number
  readonly topic?: string
  readonly key?: string
  readonly code?: string
}

/** Every option that is given must fit. */
export const withSelection = (command: Command): Command =>
  command
    .option('--row <id>', 'the row that the log refused', countIn)
    .option('--topic <name>', 'keys of this topic')
    .option('--key <key>', 'this key; other bytes than text as \\x00ff')
    .option('--code <code>', 'refused with this error code, such as SOSIK_LOG_REFUSED')

export const selectionOf = ({ row, topic, key, code }: SelectionFlags): HeldSelection => ({
  ...(row !== undefined && { rowId: row }),
  ...(topic !== undefined && { topic }),
  ...(key !== undefined && { key: keyOf(key) }),
  ...(code !== undefined && { errorCode: code }),
})
