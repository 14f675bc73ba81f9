// What the command line takes from the environment; no other file in `cli` reads it.
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type KafkaSecurity, readKafkaSecurity } from 'sosik/kafka'
import { CommandError } from './command-error.ts'

export interface CliConfig {
  /** Directories in which programs are looked for, in order. */
  readonly searchPath: readonly string[]
  /** Where downloads are kept between runs. */
  readonly cacheDir: string
  /** KAFKA_BROKERS as it is: `host:port,host:port`. */
  readonly kafkaBrokers: string | undefined
  /** DATABASE_URL as it is: `postgres://user:password@host:port/database`. */
  readonly databaseUrl: string | undefined
  /** OPERATOR_TOKEN as it is: what the messenger's server takes from its operator. */
  readonly operatorToken: string | undefined
}

/** How the brokers are spoken to; throws one `CommandError` that says all that is wrong. */
export function readSecurity(environment: NodeJS.ProcessEnv = process.env): KafkaSecurity {
  const faults: string[] = []
  const security = readKafkaSecurity(environment, faults)
  if (faults.length > 0) throw new CommandError(faults.join('\n'))
  return security
}

export function readConfig(environment: NodeJS.ProcessEnv = process.env): CliConfig {
  const searchPath = (environment.PATH ?? '').split(delimiter).filter((dir) => dir !== '')
  const javaHome = environment.JAVA_HOME
  if (javaHome) searchPath.unshift(join(javaHome, 'bin'))
  const cacheRoot = environment.XDG_CACHE_HOME || join(homedir(), '.cache')
  const kafkaBrokers = environment.KAFKA_BROKERS || undefined
  const databaseUrl = environment.DATABASE_URL || undefined
  const operatorToken = environment.OPERATOR_TOKEN || undefined
  const cacheDir = join(cacheRoot, 'sosik')
  return { searchPath, cacheDir, kafkaBrokers, databaseUrl, operatorToken }
}
