// Stops a cluster whose starter has died: the end of its standard input without a farewell is the
// sign, for the kernel closes that pipe however the starter ended.
// Run as `node watchdog-main.ts DIR RUN_ID`.
import { text } from 'node:stream/consumers'
import { stopRunning } from './stop.ts'
import { FAREWELL } from './watchdog.ts'

const [dataDir, runId] = process.argv.slice(2)
const lastWords = await text(process.stdin)
if (lastWords !== FAREWELL && dataDir && runId) await stopRunning(dataDir, runId)
