// Apache Kafka's jars from Maven Central, downloaded once for all clusters of this person.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runErrand } from './errand.ts'
import { ClusterError } from './failure.ts'
import { tryLock } from './lock.ts'
import { stopwatch, waitUntil } from './wait.ts'

export const KAFKA_VERSION = '4.1.2'
const SCALA_VERSION = '2.13'
const SLF4J_VERSION = '1.7.36'
const COPY_JARS = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'
const MAVEN_OPTIONS = ['--batch-mode', '-Dstyle.color=never', '--strict-checksums']
const DOWNLOAD_LIMIT_MS = 10 * 60_000
const PARTIAL_SUFFIX = '.partial'
const REMOVE_TRIES = 5

export interface Download {
  readonly cacheDir: string
  readonly mvn: string
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** The directory of the jars; it exists only when it is complete. */
export function kafkaHome(cacheDir: string): string {
  return join(cacheDir, `kafka-${KAFKA_VERSION}`)
}

/** Everything on the class path: Kafka's own command line tools need no more. */
export function kafkaClassPath(cacheDir: string): string {
  return join(kafkaHome(cacheDir), 'lib', '*')
}

export function hasKafka(cacheDir: string): boolean {
  return existsSync(kafkaHome(cacheDir))
}

/** Runs `work` while no other process changes the cache; waits for one that does. */
export async function withCache<T>(
  download: Omit<Download, 'mvn'>,
  work: () => Promise<T>,
): Promise<T> {
  let release = tryLock(`${kafkaHome(download.cacheDir)}.lock`)
  if (!release) {
    download.say('kafka: another process prepares the jars; waiting ...')
    const take = () => {
      release = tryLock(`${kafkaHome(download.cacheDir)}.lock`)
      return release !== undefined
    }
    if (!(await waitUntil(take, DOWNLOAD_LIMIT_MS, download.signal))) {
      throw new ClusterError('Another process has been preparing the jars for too long; stop it.')
    }
  }
  try {
    return await work()
  } finally {
    release?.()
  }
}

/** To be called with the cache held: into a directory aside, which then gets its name. */
export async function downloadKafka(download: Download): Promise<void> {
  const home = kafkaHome(download.cacheDir)
  if (existsSync(home)) return
  const elapsed = stopwatch()
  download.say('kafka: downloading jars from Maven Central (54 MB, once) ...')
  removePartial(download.cacheDir)
  const partial = `${home}.${process.pid}${PARTIAL_SUFFIX}`
  mkdirSync(partial, { recursive: true })
  const pom = join(partial, 'pom.xml')
  writeFileSync(pom, pomText())
  const target = [`-DoutputDirectory=${join(partial, 'lib')}`, '-DincludeScope=runtime']
  await runErrand({
    purpose: "Downloading Kafka's jars",
    command: download.mvn,
    args: [...MAVEN_OPTIONS, '--file', pom, COPY_JARS, ...target],
    logFile: `${home}.download.log`,
    limitMs: DOWNLOAD_LIMIT_MS,
    signal: download.signal,
    advice: 'Is Maven Central (or the mirror in ~/.m2/settings.xml) reachable? Then start again.',
  })
  renameSync(partial, home)
  download.say(`kafka: jars downloaded ${elapsed()}`)
}

/** What killed downloads left; a Maven that outlived its starter may still be writing there. */
function removePartial(cacheDir: string): void {
  for (const name of readdirSync(cacheDir)) {
    if (!name.endsWith(PARTIAL_SUFFIX)) continue
    rmSync(join(cacheDir, name), { recursive: true, force: true, maxRetries: REMOVE_TRIES })
  }
}

function pomText(): string {
  const jars = [
    ['org.apache.kafka', `kafka_${SCALA_VERSION}`, KAFKA_VERSION],
    ['org.apache.kafka', 'kafka-tools', KAFKA_VERSION],
    ['org.slf4j', 'slf4j-simple', SLF4J_VERSION],
  ]
  const dependencies = jars.map(
    ([group, artifact, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId>` +
      `<version>${version}</version></dependency>`,
  )
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>sosik</groupId><artifactId>kafka-jars</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>${dependencies.join('')}</dependencies>
</project>
`
}
