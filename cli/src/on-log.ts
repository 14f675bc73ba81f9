// Runs a command's work on the Kafka log that its options or the environment name.
import { type Command, Option } from 'commander'
import { type EventLog, SosikError } from 'sosik'
import type { Catalogue } from 'sosik/catalogue'
import { kafkaEventLog } from 'sosik/kafka'
import { CONFIG_FILE, loadCatalogue } from './catalogue.ts'
import { CommandError } from './command-error.ts'
import { readConfig, readSecurity } from './config.ts'

export interface LogFlags {
  readonly brokers?: string
  readonly config: string
  readonly output: 'table' | 'json'
}

export interface LogWork {
  readonly log: EventLog
  readonly catalogue: Catalogue
}

/** Adds the options that every such command has. */
export function withLogOptions(command: Command): Command {
  return command
    .option('-b, --brokers <host:port,…>', 'Kafka brokers (default: $KAFKA_BROKERS)')
    .option('--config <file>', 'the file that exports the catalogue', CONFIG_FILE)
    .addOption(
      new Option('-o, --output <form>', 'form').choices(['table', 'json']).default('table'),
    )
}

/** Sets the exit code that `work` answers; 1 after an error, which is told on stderr. */
export async function onLog(
  flags: LogFlags,
  work: (parts: LogWork) => Promise<number>,
): Promise<void> {
  try {
    const catalogue = await loadCatalogue(flags.config)
    const connect = { brokers: brokersOf(flags), clientId: 'sosik-cli', ...readSecurity() }
    const log = await kafkaEventLog(connect)
    try {
      process.exitCode = await work({ log, catalogue })
    } finally {
      await log.close()
    }
  } catch (error) {
    if (!(error instanceof CommandError) && !(error instanceof SosikError)) throw error
    console.error(`sosik: ${error.message}`)
    process.exitCode = 1
  }
}

function brokersOf(flags: LogFlags): string[] {
  const given = flags.brokers ?? readConfig().kafkaBrokers
  if (given === undefined) {
    throw new CommandError(
      'No brokers: give --brokers host:port, or set KAFKA_BROKERS. ' +
        'For a local cluster: eval "$(npm run --silent cluster -- --env)".',
    )
  }
  return given.split(',')
}
