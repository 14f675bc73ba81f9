// `sosik dlq`: dead letters by hand: look, bring back, give up, look back.
import { Command } from 'commander'
import { addAsk } from './ask.ts'
import { addList, addRuns } from './list.ts'
import { type OpenDlq, openParts } from './parts.ts'
import { addShow } from './show.ts'

const HELP = `
Example, from the first look to the last:
  sosik dlq list search-indexer-group
  sosik dlq show message.events/3/1207
  sosik dlq redrive search-indexer-group --code SOSIK_DOMAIN --dry-run
  sosik dlq redrive search-indexer-group --code SOSIK_DOMAIN --by minsu
  sosik dlq runs search-indexer-group`

export function dlqCommand(open: OpenDlq = openParts): Command {
  const command = new Command('dlq')
    .description("The groups' dead letters, and what waits behind them.")
    .addHelpText('after', HELP)
  addList(command, open)
  addShow(command, open)
  addAsk(command, 'redrive', open)
  addAsk(command, 'discard', open)
  addRuns(command, open)
  return command
}
