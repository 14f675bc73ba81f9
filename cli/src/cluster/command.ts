// `sosik cluster`: the local cluster by hand, in the foreground or in the background.
import { relative, resolve } from 'node:path'
import { Command, Option } from 'commander'
import pc from 'picocolors'
import { brokerCountFor, resetDirectory } from './directory.ts'
import { environmentOf, exportLines } from './environment.ts'
import { ClusterError } from './failure.ts'
import { runInForeground, startDetached } from './foreground.ts'
import { type BrokerCount, type ClusterState, isAlive, readState } from './state.ts'
import { stopRunning } from './stop.ts'
import { summaryOf } from './summary.ts'
import { createTopics } from './topics.ts'
import { stopwatch } from './wait.ts'

const DATA_DIR_DEFAULT = '.sosik/cluster'
const EXIT_INTERRUPTED = 130

interface Flags {
  readonly brokers?: '1' | '3'
  readonly data: string
  readonly detach?: true
  readonly kill?: true
  readonly env?: true
  readonly reset?: true
  readonly fastFailover?: true
}

export function clusterCommand(): Command {
  return new Command('cluster')
    .description('Kafka, PostgreSQL and Redis on this machine, without Docker.')
    .addOption(new Option('--brokers <count>', 'Kafka nodes (default: 3)').choices(['1', '3']))
    .option('--data <dir>', 'where its data, logs and state.json live', DATA_DIR_DEFAULT)
    .option('--detach', 'start in the background')
    .addOption(new Option('--kill', 'stop the running cluster').conflicts(['detach', 'env']))
    .addOption(new Option('--env', 'print its addresses for a shell').conflicts('detach'))
    .addOption(new Option('--reset', 'delete its data first').conflicts('env'))
    .option('--fast-failover', 'notice a dead broker after 2 s: for runs with faults')
    .action(async (flags: Flags) => {
      try {
        process.exitCode = await run(flags)
      } catch (error) {
        if (!(error instanceof ClusterError)) throw error
        console.error(`${pc.red('sosik cluster:')} ${error.message}`)
        process.exitCode = 1
      }
    })
}

/** Returns the exit code. */
async function run(flags: Flags): Promise<number> {
  const dataDir = resolve(flags.data)
  if (flags.env) return printEnvironment(dataDir)
  if (flags.kill) return kill(dataDir, flags.reset ?? false)
  if (flags.reset) resetDirectory(dataDir)
  const options = {
    dataDir,
    brokers: flags.brokers ? (Number(flags.brokers) as BrokerCount) : undefined,
    fastFailover: flags.fastFailover ?? false,
    onProgress: (line: string) => console.error(line),
  }
  const option = flags.data === DATA_DIR_DEFAULT ? '' : ` --data ${flags.data}`
  const place = { shownDir: shownDir(dataDir), option }
  if (!flags.detach) {
    return runInForeground(options, async (env) => {
      await createTopics(env, options.onProgress)
      console.log(summaryOf(env, place, 'Ctrl-C'))
    })
  }
  const before = runningState(dataDir)
  if (before) {
    brokerCountFor(options.brokers, before)
    console.error('already running, with the settings of its start')
  }
  const env = before ? environmentOf(before.ports) : await startDetached(options)
  if (!env) return EXIT_INTERRUPTED
  await createTopics(env, options.onProgress)
  console.log(summaryOf(env, place, `npm run cluster -- --kill${option}`))
  return 0
}

async function kill(dataDir: string, isReset: boolean): Promise<number> {
  const elapsed = stopwatch()
  const stopped = await stopRunning(dataDir)
  const names = stopped.join(', ')
  console.error(stopped.length > 0 ? `stopped ${names} ${elapsed()}` : `nothing runs in ${dataDir}`)
  if (isReset) resetDirectory(dataDir)
  return 0
}

function printEnvironment(dataDir: string): number {
  const state = runningState(dataDir)
  if (!state) throw new ClusterError(`No cluster runs in ${dataDir}; start one without --env.`)
  console.log(exportLines(environmentOf(state.ports)))
  return 0
}

/** The state of a cluster that is up; throws when it is neither up nor down. */
function runningState(dataDir: string): ClusterState | undefined {
  const state = readState(dataDir)
  const dead = state?.parts.filter((part) => !isAlive(part)).map((part) => part.name) ?? []
  if (!state || dead.length === state.parts.length) return undefined
  if (state.phase !== 'ready') {
    throw new ClusterError(`The cluster in ${dataDir} is ${state.phase}; try again when it is up.`)
  }
  if (dead.length === 0) return state
  throw new ClusterError(
    `In the cluster in ${dataDir} ${dead.join(', ')} died (logs: ${dataDir}/logs); ` +
      'stop the rest with --kill and start again.',
  )
}

function shownDir(dataDir: string): string {
  const fromHere = relative(process.cwd(), dataDir)
  return fromHere.startsWith('..') ? dataDir : fromHere
}
