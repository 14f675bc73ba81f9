// A class-data archive of Kafka, written once a JVM: with it a node starts in half of the time.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type KafkaSetup, kafkaPlans, newClusterId, prepareKafka } from './kafka.ts'
import { kafkaClassPath, kafkaHome } from './kafka-jars.ts'
import { launch, untilReady } from './part.ts'
import { claimPorts } from './ports.ts'
import { logFile } from './state.ts'
import { stopParts } from './stop.ts'
import { stopwatch } from './wait.ts'

const JVM_HASH_CHARS = 12

export interface ArchiveWish {
  readonly cacheDir: string
  readonly java: string
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** The JVM options that use the archive; none when there is none for this JVM. */
export function classArchiveOptions(cacheDir: string, java: string): string[] {
  const file = archiveFile(cacheDir, java)
  const isUsable = existsSync(file) && statSync(file).size > 0
  return isUsable ? [`-XX:SharedArchiveFile=${file}`] : []
}

export function hasClassArchive(cacheDir: string, java: string): boolean {
  return existsSync(archiveFile(cacheDir, java))
}

/**
 * Starts and stops one throw-away node that writes down which classes it loaded. To be called
 * with the cache held. A JVM that cannot do it leaves an empty file, and is not asked again.
 */
export async function makeClassArchive(wish: ArchiveWish): Promise<void> {
  const file = archiveFile(wish.cacheDir, wish.java)
  if (existsSync(file)) return
  const elapsed = stopwatch()
  wish.say('kafka: preparing quick starts (once) ...')
  const scratch = mkdtempSync(join(tmpdir(), 'sosik-class-archive-'))
  const draft = `${file}.partial`
  try {
    await runThrowAwayNode(wish, scratch, draft)
    renameSync(draft, file)
    wish.say(`kafka: quick starts prepared ${elapsed()}`)
  } catch (error) {
    wish.signal.throwIfAborted()
    writeFileSync(file, '')
    wish.say(`kafka: starts stay slow, this JVM made no archive: ${(error as Error).message}`)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function runThrowAwayNode(wish: ArchiveWish, dataDir: string, draft: string): Promise<void> {
  const { ports, release } = await claimPorts(1)
  const setup: KafkaSetup = {
    classPath: kafkaClassPath(wish.cacheDir),
    java: wish.java,
    classArchive: [],
    dataDir,
    clusterId: newClusterId(),
    brokerCount: 1,
    ports,
    fastFailover: false,
  }
  try {
    mkdirSync(dirname(logFile(dataDir, 'any')))
    await prepareKafka(setup, wish.signal)
    const [plan] = kafkaPlans({ ...setup, classArchive: [`-XX:ArchiveClassesAtExit=${draft}`] })
    if (!plan) return
    const part = launch(plan)
    try {
      await untilReady(part, wish.signal)
    } finally {
      await stopParts([part.record])
    }
  } finally {
    release()
  }
}

/** Named for the JVM, whose updates make an older archive useless. */
function archiveFile(cacheDir: string, java: string): string {
  const binary = realpathSync(java)
  const jvm = createHash('sha256')
    .update(`${binary} ${statSync(binary).mtimeMs}`)
    .digest('hex')
  return `${kafkaHome(cacheDir)}-classes-${jvm.slice(0, JVM_HASH_CHARS)}.jsa`
}
