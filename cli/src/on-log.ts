// Runs a command's work on the Kafka log that its options or the environment name.
import type { Command } from 'commander'
import type { EventLog } from 'sosik'
import type { Catalogue } from 'sosik/catalogue'
import { kafkaEventLog } from 'sosik/kafka'
import { CONFIG_FILE, loadCatalogue } from './catalogue.ts'
import { CommandError } from './command-error.ts'
import { readConfig, readSecurity } from './config.ts'
import { type OutputFlags, withOutput } from './output.ts'
import { telling } from './telling.ts'

export interface LogFlags extends OutputFlags {
  readonly brokers?: string
  readonly config: string
}

export interface LogWork {
  readonly log: EventLog
  readonly catalogue: Catalogue
}

/** Adds the options that every such command has. */
export function withLogOptions(command: Command): Command {
  return withOutput(
    command
      .option('-b, --brokers <host:port,…>', 'Kafka brokers (default: $KAFKA_BROKERS)')
      .option('--config <file>', 'the file that exports the catalogue', CONFIG_FILE),
  )
}

/** Sets the exit code that `work` answers; 1 after an error, which is told on stderr. */
export async function onLog(
  flags: LogFlags,
  work: (parts: LogWork) => Promise<number>,
): Promise<void> {
  await telling(async () => {
    const catalogue = await loadCatalogue(flags.config)
    const log = await openLog(flags)
    try {
      return await work({ log, catalogue })
    } finally {
      await log.close()
    }
  })
}

/** Throws `CommandError` when nobody says where the brokers are. */
export function openLog(flags: Pick<LogFlags, 'brokers'>): Promise<EventLog> {
  return kafkaEventLog({ brokers: brokersOf(flags), clientId: 'sosik-cli', ...readSecurity() })
}

function brokersOf(flags: Pick<LogFlags, 'brokers'>): string[] {
  const given = flags.brokers ?? readConfig().kafkaBrokers
  if (given === undefined) {
    throw new CommandError(
      'No brokers: give --brokers host:port, or set KAFKA_BROKERS. ' +
        'For a local cluster: eval "$(npm run --silent cluster -- --env)".',
    )
  }
  return given.split(',')
}
