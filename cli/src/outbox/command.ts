// `sosik outbox`: what waits to be published, what holds it up, and how a person helps.
import { Command } from 'commander'
import { addDiscard } from './discard.ts'
import { addHeld } from './held.ts'
import { addRelease } from './release.ts'
import { addRepublish } from './republish.ts'
import { addActions, addStatus } from './status.ts'

const HELP = `
An event that the log refuses for good (too large, not allowed, no such topic) holds back its key
and no other. It is tried again a few times; then its key is parked and waits for a person:
  sosik outbox status                                    is anything stuck?
  sosik outbox held                                      what is, and why
  sosik outbox release --topic orders --code SOSIK_LOG_REFUSED
                                                         the cause is gone: try them all again
  sosik outbox discard 4711 --yes                        it can never be sent: leave it out
What was sent stays for seven days and can be sent again: sosik outbox republish --help`

export function outboxCommand(): Command {
  const command = new Command('outbox')
    .description('What waits in the outbox, what holds it up, and sending it again.')
    .addHelpText('after', HELP)
  addStatus(command)
  addHeld(command)
  addRelease(command)
  addDiscard(command)
  addRepublish(command)
  addActions(command)
  return command
}
