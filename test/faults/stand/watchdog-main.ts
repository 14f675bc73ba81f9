// Removes what a run left on the machine when its process was killed: run as
// `node watchdog-main.ts FOLDER`; the end of its standard input without a farewell is the sign.
import { text } from 'node:stream/consumers'
import { FAREWELL } from '@sosik/cli/cluster'
import { removeLeftovers } from './leftovers.ts'

const [folder] = process.argv.slice(2)
const lastWords = await text(process.stdin)
if (lastWords !== FAREWELL && folder) await removeLeftovers(folder)
