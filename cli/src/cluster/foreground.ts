// A start that a person watches: signals end it, and a part that dies is said aloud.
import pc from 'picocolors'
import type { PartExit } from './crew.ts'
import type { ClusterEnvironment } from './environment.ts'
import { type Cluster, type ClusterOptions, startCluster } from './start.ts'
import { stopwatch } from './wait.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const EXIT_INTERRUPTED = 130
const KEEP_ALIVE_MS = 3_600_000

/** Starts in the background; the cluster outlives this process. Undefined when interrupted. */
export async function startDetached(
  options: ClusterOptions,
): Promise<ClusterEnvironment | undefined> {
  const interruption = listenForSignals()
  try {
    return (await startCluster({ ...options, detached: true, signal: interruption.signal })).env
  } catch (error) {
    if (interruption.signal.aborted) return undefined
    throw error
  } finally {
    interruption.release()
  }
}

/** Stays until a signal, `--kill` or the death of a part; returns the exit code. */
export async function runInForeground(
  options: ClusterOptions,
  onReady: (environment: ClusterEnvironment) => Promise<void>,
): Promise<number> {
  const interruption = listenForSignals()
  const exit = Promise.withResolvers<PartExit>()
  const keepAlive = setInterval(() => {}, KEEP_ALIVE_MS)
  try {
    const { signal } = interruption
    const cluster = await startCluster({ ...options, signal, onPartExit: exit.resolve })
    await onReady(cluster.env).catch((error: unknown) => lastWords(cluster, error))
    const end = await Promise.race([exit.promise, interruption.happened])
    const elapsed = stopwatch()
    if (end) console.error(end.wasAsked ? 'stopping for another process ...' : lament(end))
    await cluster.stop()
    console.error(`stopped ${elapsed()}`)
    return end && !end.wasAsked ? 1 : 0
  } catch (error) {
    if (interruption.signal.aborted) return EXIT_INTERRUPTED
    throw error
  } finally {
    clearInterval(keepAlive)
    interruption.release()
  }
}

/** What follows the start failed: the cluster is no use without it. */
async function lastWords(cluster: Cluster, error: unknown): Promise<never> {
  await cluster.stop()
  throw error
}

function lament(end: PartExit): string {
  return `${pc.red(`${end.name} died:`)} ${end.detail}\nstopping the others ...`
}

interface Interruption {
  readonly signal: AbortSignal
  readonly happened: Promise<undefined>
  release(): void
}

/** A second signal changes nothing: every stop is bounded. */
function listenForSignals(): Interruption {
  const controller = new AbortController()
  const happened = Promise.withResolvers<undefined>()
  const hear = () => {
    if (controller.signal.aborted) return
    console.error('interrupted; stopping within 20 s ...')
    controller.abort()
    happened.resolve(undefined)
  }
  for (const name of SIGNALS) process.on(name, hear)
  const release = () => {
    for (const name of SIGNALS) process.off(name, hear)
  }
  return { signal: controller.signal, happened: happened.promise, release }
}
