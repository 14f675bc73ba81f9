// Runs the document's Python programs in an environment of their own, made once and kept.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const PACKAGES = ['aiokafka==0.14.0', 'cramjam==2.14.0']
const FOLDER = join(homedir(), '.cache', 'sosik', `python-${PACKAGES.join('-')}`)
const PROGRAM = fileURLToPath(new URL('document.py', import.meta.url))
const INSTALL_MS_MAX = 120_000

const run = promisify(execFile)

export interface PythonProgram {
  /** Everything that it has told so far. */
  readonly told: Record<string, unknown>[]
  write(line: object): void
  stop(): Promise<void>
}

/** `document.py` with these words; throws with what Python said when it cannot be installed. */
export async function startPython(...words: string[]): Promise<PythonProgram> {
  await install()
  const child = spawn(join(FOLDER, 'bin', 'python'), [PROGRAM, ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const told: Record<string, unknown>[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    told.push(JSON.parse(line) as Record<string, unknown>)
  })
  return {
    told,
    write: (line) => void child.stdin.write(`${JSON.stringify(line)}\n`),
    async stop() {
      child.stdin.end()
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** Built beside its place and moved there whole, so that a broken install is never used. */
async function install(): Promise<void> {
  if (existsSync(FOLDER)) return
  const building = `${FOLDER}.${process.pid}`
  await mkdir(join(FOLDER, '..'), { recursive: true })
  try {
    const options = { timeout: INSTALL_MS_MAX }
    await run('python3', ['-m', 'venv', building], options)
    await run(join(building, 'bin', 'python'), ['-m', 'pip', 'install', '-q', ...PACKAGES], options)
    await rename(building, FOLDER)
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}
