// Python environments of the tests: made once for the packages that they hold, and kept.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const CACHE = join(homedir(), '.cache', 'sosik')
const INSTALL_MS_MAX = 300_000

const run = promisify(execFile)

/**
 * Folder of an environment with these packages, such as `aiokafka==0.14.0`, and its `bin/python`.
 * Rejects with what Python said when they cannot be installed.
 */
export async function pythonEnvironment(packages: readonly string[]): Promise<string> {
  const folder = join(CACHE, `python-${packages.join('-')}`)
  if (existsSync(folder)) return folder
  // Built beside its place and moved there whole, so that a broken install is never used.
  const building = `${folder}.${process.pid}`
  await mkdir(CACHE, { recursive: true })
  try {
    const options = { timeout: INSTALL_MS_MAX }
    await run('python3', ['-m', 'venv', building], options)
    await run(join(building, 'bin', 'python'), ['-m', 'pip', 'install', '-q', ...packages], options)
    await rename(building, folder)
  } finally {
    await rm(building, { recursive: true, force: true })
  }
  return folder
}
