// `npm test [-- FILE…]`: the checks, the real parts, every test file, and one closing line.
import { join, relative, resolve } from 'node:path'
import { inspect } from 'node:util'
import { ClusterError, startCluster } from '@sosik/cli/cluster'
import { FILES, ROOT } from './house/tree.ts'
import { runChecks } from './runner/checks.ts'
import { runFile } from './runner/file.ts'
import {
  closingLine,
  type Report,
  reportOf,
  reportText,
  summaryText,
  totalsOf,
} from './runner/report.ts'
import { realEnvironment, withFolder } from './support/parts.ts'

const FILES_AT_ONCE = 2
/** What kills parts that others use, loads the whole machine or measures time: at the end. */
const ALONE = [
  'test/instances/',
  'test/interop/',
  'test/kafka-',
  'test/runner/',
  'test/security/crowd.test.ts',
  'test/security/removal.test.ts',
  'test/security/sign-in.test.ts',
  'test/story/',
]
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const interruption = new AbortController()
const { signal } = interruption
// Once: a second signal ends this process at once, and the cluster's watchdog ends the cluster.
for (const name of SIGNALS) process.once(name, () => interruption.abort(new Error(name)))

const reports: Report[] = []
function tell(report: Report): void {
  reports.push(report)
  console.log(reportText(report))
}

const named = process.argv.slice(2).map((file) => resolve(file))
const all = FILES.filter((file) => file.endsWith('.test.ts')).map((file) => resolve(ROOT, file))
const files = named.length > 0 ? named : all

// Named files are what somebody works on: `npm run check` is for the rest.
if (named.length === 0) for (const report of await runChecks(ROOT, signal)) tell(report)
if (realEnvironment() !== undefined) await runFiles()
else await withFolder(runOnCluster)

console.log(summaryText(reports))
if (signal.aborted) console.log(`Interrupted by ${String(signal.reason.message)}.`)
const totals = totalsOf(reports, process.env.CI === undefined)
const isComplete = !signal.aborted && files.length > 0
process.exitCode = isComplete && totals.failed === 0 ? 0 : 1
console.log(closingLine(totals))

/** Gives the test processes a cluster by the environment; without one no test is run. */
async function runOnCluster(dataDir: string): Promise<void> {
  const startedMs = performance.now()
  const say = (line: string) => console.log(`  ${line}`)
  const started = startCluster({
    dataDir,
    brokers: 3,
    fastFailover: true,
    durable: false,
    signal,
    onProgress: say,
    onPartExit: ({ name, detail }) => say(`${name} died: ${detail}`),
  })
  const cluster = await started.catch((error: unknown) => {
    const why = error instanceof ClusterError ? error.message : inspect(error)
    tell(reportOf('real parts', startedMs, why))
  })
  if (!cluster) return
  try {
    // What two hundred processes would do again is done once.
    const done = {
      PGLITE_IMAGE: join(dataDir, 'pglite.tar'),
      NODE_COMPILE_CACHE: join(dataDir, 'compiled'),
    }
    Object.assign(process.env, cluster.env, done)
    await runFiles()
  } finally {
    await cluster.stop()
  }
}

async function runFiles(): Promise<void> {
  const runsAlone = (file: string) => ALONE.some((path) => relative(ROOT, file).startsWith(path))
  await runEach(
    files.filter((file) => !runsAlone(file)),
    FILES_AT_ONCE,
  )
  await runEach(files.filter(runsAlone), 1)
}

async function runEach(these: readonly string[], atOnce: number): Promise<void> {
  const queue = these.values()
  const work = async () => {
    for (const file of queue) {
      if (!signal.aborted) tell(await runFile(file, relative(ROOT, file), signal))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}
