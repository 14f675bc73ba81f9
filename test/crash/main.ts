// `npm run crash -- --rounds N [--real]`: is anything lost, twice or out of order after a kill -9?
import { parseArgs } from 'node:util'
import { withFolder, withRealParts } from '../support/parts.ts'
import { freePort } from '../support/server-process.ts'
import { crashRounds } from './rounds.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    real: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const port = await freePort()
const result = values.real
  ? await withRealParts((real) => crashRounds({ port, real }, rounds, console.log))
  : await withFolder((folder) => crashRounds({ port, folder }, rounds, console.log))
const { messages, lost, twice, outOfOrder } = result
if (lost + twice + outOfOrder > 0 || messages === 0) process.exitCode = 1
console.log(
  `crash: ${rounds} rounds, ${messages} messages, ` +
    `${lost} lost, ${twice} twice, ${outOfOrder} out of order`,
)
