// `sosik outbox discard`: a refused row is left out for good, and its key goes on.
import type { Command } from 'commander'
import { type HeldKey, keyText } from 'sosik'
import { CommandError } from '../command-error.ts'
import { type ConsentFlags, requireConsent, withConsent } from '../consent.ts'
import { countIn } from '../numbers.ts'
import { type OutboxFlags, onOutbox, tellDone, withOutboxOptions } from './on-outbox.ts'

const HELP = `
The event is never published: nobody who hears of its topic learns what it says, though the
database has it. Its row stays in the table \`outbox\`, marked, for seven days; who discarded it
stays in \`sosik outbox actions\`.`

export function addDiscard(outbox: Command): void {
  withConsent(withOutboxOptions(outbox.command('discard')))
    .description('Leaves a refused row out for good; the later rows of its key go.')
    .argument('<row>', 'as `sosik outbox held` lists it', countIn)
    .addHelpText('after', HELP)
    .action((rowId: number, flags: OutboxFlags & ConsentFlags) =>
      onOutbox(flags, async (operations) => {
        const { by: requestedBy } = flags
        const [held] = await operations.held({ rowId }, 1)
        if (held === undefined) throw notHeld(rowId)
        requireConsent(flags, `leave ${eventText(held)} out for good`)
        if (!(await operations.discard(rowId, requestedBy))) throw notHeld(rowId)
        tellDone(flags, { discarded: held.eventId }, `discard: ${eventText(held)} is left out`)
      }),
    )
}

const eventText = ({ eventType, eventId, topic, key }: HeldKey): string =>
  `${eventType} ${eventId} of key ${keyText(key)} in ${topic}`

const notHeld = (rowId: number) =>
  new CommandError(`Row ${rowId} holds back no key; \`sosik outbox held\` lists those that do.`)
