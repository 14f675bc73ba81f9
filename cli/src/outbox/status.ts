// `sosik outbox status` and `actions`: how the outbox stands, and what people did to it.
import type { Command } from 'commander'
import type { BucketLease, OutboxStatus } from 'sosik'
import { countIn } from '../numbers.ts'
import { plainLine, printJson, printRows, type Row } from '../table.ts'
import { spanText, timeText } from '../time.ts'
import { type OutboxFlags, onOutbox, withOutboxOptions } from './on-outbox.ts'

const LIMIT = 100
const MS_PER_SECOND = 1_000
const HELP = `
Unsent rows and held rows are counted up to 50000: that number stands for so many or more.
Relays share 64 buckets of keys; a lease that has ended is taken over by another relay. With unsent
rows that grow old, no held keys and no last error, look whether a relay runs at all.`

export function addStatus(outbox: Command): void {
  withOutboxOptions(outbox.command('status'))
    .description('Unsent rows and their age, held and parked keys, and who has which buckets.')
    .addHelpText('after', HELP)
    .action((flags: OutboxFlags) =>
      onOutbox(flags, async (operations) => {
        const [status, buckets] = await Promise.all([operations.status(), operations.buckets()])
        if (flags.output === 'json') return printJson({ ...status, buckets })
        printRows([statusRow(status)], flags.output)
        console.log()
        printRows(relayRows(buckets), flags.output)
        const { lastError } = status
        if (lastError === null) return
        const at = timeText(lastError.atMs)
        console.log(`\nlast error, ${at}: ${lastError.errorCode}: ${plainLine(lastError.error)}`)
      }),
    )
}

function statusRow(status: OutboxStatus): Row {
  return {
    unsent: status.unsent,
    oldest_unsent: spanText(status.oldestUnsentMs),
    held_keys: status.heldKeys,
    parked_keys: status.parkedKeys,
    held_rows: status.heldRows,
    relays: status.relays,
  }
}

/** Buckets of one owner stand in one row; all of them together are renewed together. */
function relayRows(buckets: readonly BucketLease[]): Row[] {
  const byOwner = Map.groupBy(buckets, ({ owner }) => owner ?? 'nobody')
  return [...byOwner].map(([owner, own]) => {
    const leftMs = Math.min(...own.map((one) => one.leftMs))
    const isLeased = owner !== 'nobody'
    return {
      owner,
      buckets: rangesOf(own.map(({ bucket }) => bucket)),
      newest_fence: Math.max(...own.map(({ fence }) => fence)),
      lease: isLeased ? leaseText(leftMs) : undefined,
    }
  })
}

const leaseText = (leftMs: number): string =>
  leftMs > 0 ? `for ${secondsText(leftMs)}` : `ended ${secondsText(-leftMs)} ago`

const secondsText = (ms: number): string => `${(ms / MS_PER_SECOND).toFixed(1)} s`

/** Such as `0-31,40`. */
export function rangesOf(rising: readonly number[]): string {
  const starts = rising.filter((number) => !rising.includes(number - 1))
  const ends = rising.filter((number) => !rising.includes(number + 1))
  return starts.map((start, at) => (start === ends[at] ? start : `${start}-${ends[at]}`)).join(',')
}

export const withLimit = (command: Command): Command =>
  command.option('--limit <count>', 'at most so many', countIn, LIMIT)

export function addActions(outbox: Command): void {
  withLimit(withOutboxOptions(outbox.command('actions')))
    .description('The audit: who released, discarded or republished what; newest first.')
    .action((flags: OutboxFlags & { readonly limit: number }) =>
      onOutbox(flags, async (operations) => {
        const actions = await operations.actions(flags.limit)
        if (flags.output === 'json') return printJson(actions)
        if (actions.length === 0) return console.error('actions: nobody has done anything')
        const rows = actions.map(({ requestedAtMs, requestedBy, action, done, selection }) => ({
          requested_at: timeText(requestedAtMs),
          requested_by: requestedBy,
          action,
          done,
          selection: Object.entries(selection)
            .map(([name, value]) => `${name}=${value}`)
            .join(' '),
        }))
        printRows(rows, flags.output)
      }),
    )
}
