// `sosik outbox republish`: what was sent is sent again, under the same event ids.
import type { Command } from 'commander'
import type { SentQuery } from 'sosik'
import { type ByFlags, withBy } from '../consent.ts'
import { timeIn } from '../time.ts'
import { type OutboxFlags, onOutbox, tellDone, withOutboxOptions } from './on-outbox.ts'

interface RepublishFlags extends OutboxFlags, ByFlags {
  readonly from: string
  readonly to?: string
  readonly topic?: string
  readonly dryRun?: true
}

const HELP = `
For what the log has lost, such as records that only page caches had when the power went. The event
ids stay: a group's inbox skips what the group has handled, and groups without an inbox handle it
again. Each key's rows are sent in their order, beside the new ones. Without --to, a key's last
records in the log are in order from the first one that is sent again; with --to, those sent after
it stand before them.

Examples:
  sosik outbox republish --from 2026-01-27T10:00:00Z --dry-run
  sosik outbox republish --from 2026-01-27T10:00:00Z --topic message.events
  sosik outbox republish --from 4711 --to 4712                      one row`

export function addRepublish(outbox: Command): void {
  withBy(withOutboxOptions(outbox.command('republish')))
    .description('Sends again what was sent, for as long as its rows are kept: seven days.')
    .requiredOption('--from <id|time>', 'a row, or when it was sent: that one and later ones')
    .option('--to <id|time>', 'up to, and without, that one')
    .option('--topic <name>', 'only this topic')
    .option('--dry-run', 'tell how many rows it would be, and change nothing')
    .addHelpText('after', HELP)
    .action((flags: RepublishFlags) =>
      onOutbox(flags, async (operations) => {
        const query = sentQueryOf(flags)
        if (flags.dryRun) {
          const found = await operations.countSent(query)
          return tellDone(flags, { found }, `republish: ${found} rows would be sent again`)
        }
        const { by: requestedBy } = flags
        const republished = await operations.republish({ query, requestedBy, onProgress })
        const sentence = `republish: ${republished} rows are sent again by the relays`
        tellDone(flags, { republished }, sentence)
      }),
    )
}

/** A number is a row's id, anything else a time. */
export function sentQueryOf({ from, to, topic }: Pick<RepublishFlags, 'from' | 'to' | 'topic'>) {
  const query: SentQuery = {
    ...(isId(from) ? { fromId: Number(from) } : { fromMs: timeIn(from) }),
    ...(to !== undefined && (isId(to) ? { toId: Number(to) } : { toMs: timeIn(to) })),
    ...(topic !== undefined && { topic }),
  }
  return query
}

const isId = (text: string): boolean => /^\d+$/.test(text)

/** On one line that a terminal writes anew. */
function onProgress(done: number, found: number): void {
  const { stderr } = process
  if (!stderr.isTTY) return
  stderr.write(`\rrepublish: ${done} of ${found} rows`)
  if (done >= found) stderr.write('\n')
}
