// Starts the server from the command line and stops it on a signal.
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import { SosikError } from 'sosik'
import { type Config, ConfigError, readConfig, USAGE } from './config.ts'
import { operatorWith } from './operators.ts'
import { embeddedParts, realParts } from './parts.ts'
import { startServer } from './server.ts'
import { logDiagnostics } from './telling.ts'
import { welcome } from './welcome.ts'

/** After a signal; then the process ends whatever is still in hand. */
const STOP_MS_MAX = 20_000
const TOKEN_BYTES = 24

async function main(): Promise<void> {
  const read = readConfig()
  if (read === 'help') return console.log(USAGE)
  const tokenPath = tokenPathOf(read)
  const made = tokenPath === undefined ? [] : [operatorWith(await keptToken(tokenPath))]
  const config = { ...read, operators: [...read.operators, ...made] }
  const logger = pino({ level: config.logLevel, errorKey: 'error' })
  logDiagnostics(logger)
  const onError = (error: Error) => logger.error({ error }, 'trouble')
  const parts = config.real
    ? await realParts(config.real, config.files, onError)
    : await embeddedParts(config.dataFolder, config.files)
  const server = await startServer({ config, parts, logger })
  closeWithGrace({ delay: STOP_MS_MAX, logger: false }, async ({ err }) => {
    if (err) logger.fatal({ error: err }, 'stopping after an error')
    await server.stop()
  })
  console.error(welcome(server.url, config, tokenPath))
}

/** The embedded server makes a token for its folder, so that there is something to try at once. */
function tokenPathOf({ operators, real, dataFolder }: Config): string | undefined {
  return operators.length > 0 || real !== undefined ? undefined : join(dataFolder, 'operator-token')
}

async function keptToken(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  const made = randomBytes(TOKEN_BYTES).toString('base64url')
  try {
    await writeFile(path, made, { flag: 'wx', mode: 0o600 })
    return made
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return readFile(path, 'utf8')
  }
}

main().catch((error: unknown) => {
  console.error(faultOf(error))
  // What was opened before the fault must not keep the process alive.
  // oxlint-disable-next-line unicorn/no-process-exit
  process.exit(1)
})

/** What a person can mend is said in a sentence; everything else with its stack. */
function faultOf(error: unknown): unknown {
  if (error instanceof ConfigError || error instanceof SosikError) return error.message
  const { code, port } = error as { code?: string; port?: number }
  if (code === 'EADDRINUSE') return `Port ${port} is in use; choose another: PORT=3001 npm start`
  if (code === 'ECONNREFUSED') {
    return `Nothing answers on port ${port}; is the cluster running? npm run cluster`
  }
  return error
}
