// Apache Kafka's nodes: how they are formatted, started and known to be ready.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brokerProperties } from './broker-properties.ts'
import { runErrand } from './errand.ts'
import type { PartPlan } from './part.ts'
import type { Ports } from './ports.ts'
import { type BrokerCount, logFile } from './state.ts'

const HEAP = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC']
/** Where brokers share a machine with all the rest, what is compiled best costs most to compile. */
const COMPILER = ['-XX:TieredStopAtLevel=1']
const FORMAT_LIMIT_MS = 60_000
const READY_LIMIT_MS = 90_000

/** Warnings only, but for the one line that says that a node serves. */
const STARTED_LINE = 'Kafka Server started'
const LOGGING = [
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
]

export interface KafkaSetup {
  /** The jars, as `java -cp` takes them. */
  readonly classPath: string
  readonly java: string
  /** Options for a quicker start, or none. */
  readonly classArchive: readonly string[]
  readonly dataDir: string
  readonly clusterId: string
  readonly brokerCount: BrokerCount
  readonly ports: Ports
  readonly fastFailover: boolean
}

/** 16 random bytes as Kafka writes them; a leading dash would read as an option. */
export function newClusterId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? newClusterId() : id
}

/** Writes each node's settings, and formats the directories that are not formatted yet. */
export async function prepareKafka(setup: KafkaSetup, signal: AbortSignal): Promise<void> {
  mkdirSync(join(setup.dataDir, 'kafka'), { recursive: true })
  const nodes = nodesOf(setup)
  for (const { nodeId, properties, logDir } of nodes) {
    writeFileSync(properties, brokerProperties({ ...setup, nodeId, logDir }))
  }
  const blank = nodes.filter(({ logDir }) => !existsSync(join(logDir, 'meta.properties')))
  await Promise.all(blank.map((node) => formatNode(setup, node, signal)))
}

export function kafkaPlans(setup: KafkaSetup): PartPlan[] {
  return nodesOf(setup).map((node) => {
    const log = logFile(setup.dataDir, node.name)
    return {
      name: node.name,
      command: setup.java,
      args: [
        ...HEAP,
        ...COMPILER,
        '-XX:+ExitOnOutOfMemoryError',
        ...run(setup, 'kafka.Kafka'),
        node.properties,
      ],
      workDir: setup.dataDir,
      logFile: log,
      stopSignal: 'SIGTERM',
      readyLimitMs: READY_LIMIT_MS,
      isReady: () => readFileSync(log, 'utf8').includes(STARTED_LINE),
    }
  })
}

interface Node {
  readonly name: string
  readonly nodeId: number
  readonly properties: string
  readonly logDir: string
}

function nodesOf(setup: KafkaSetup): Node[] {
  return setup.ports.brokers.map((_, index) => {
    const nodeId = index + 1
    const name = `kafka-${nodeId}`
    const logDir = join(setup.dataDir, 'kafka', name)
    return { name, nodeId, logDir, properties: `${logDir}.properties` }
  })
}

function formatNode(setup: KafkaSetup, node: Node, signal: AbortSignal): Promise<void> {
  const format = ['format', '--cluster-id', setup.clusterId, '--config', node.properties]
  return runErrand({
    purpose: `Formatting ${node.logDir}`,
    command: setup.java,
    args: [...run(setup, 'kafka.tools.StorageTool'), ...format],
    logFile: logFile(setup.dataDir, `${node.name}-format`),
    limitMs: FORMAT_LIMIT_MS,
    signal,
  })
}

function run(setup: KafkaSetup, mainClass: string): string[] {
  const jars = ['-cp', setup.classPath]
  return ['-XX:-UsePerfData', ...setup.classArchive, ...LOGGING, ...jars, mainClass]
}
