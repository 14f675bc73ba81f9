// `npm run crash`: is anything lost, twice or out of order after a kill -9?
import { commandOptions } from '../support/command-options.ts'
import { withFolder, withRealParts } from '../support/parts.ts'
import { freePort } from '../support/server-process.ts'
import { crashRounds } from './rounds.ts'

const { rounds, real } = commandOptions({
  name: 'crash',
  does: 'Kills the server under load, again and again: nothing is lost, twice or out of order.',
  numbers: { rounds: [20, 'how often it is killed'] },
  flags: { real: 'on Apache Kafka, PostgreSQL and Redis' },
})
const port = await freePort()
const result = real
  ? await withRealParts((parts) => crashRounds({ port, real: parts }, rounds, console.log))
  : await withFolder((folder) => crashRounds({ port, folder }, rounds, console.log))
const { messages, lost, twice, outOfOrder } = result
if (lost + twice + outOfOrder > 0 || messages === 0) process.exitCode = 1
console.log(
  `crash: ${rounds} rounds, ${messages} messages, ` +
    `${lost} lost, ${twice} twice, ${outOfOrder} out of order`,
)
