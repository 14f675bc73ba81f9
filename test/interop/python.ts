// Runs the document's Python programs in an environment of their own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { pythonEnvironment } from '../support/python.ts'

const PACKAGES = ['aiokafka==0.14.0', 'cramjam==2.14.0']
const PROGRAM = fileURLToPath(new URL('document.py', import.meta.url))

export interface PythonProgram {
  /** Everything that it has told so far. */
  readonly told: Record<string, unknown>[]
  write(line: object): void
  stop(): Promise<void>
}

/** `document.py` with these words; throws with what Python said when it cannot be installed. */
export async function startPython(...words: string[]): Promise<PythonProgram> {
  const folder = await pythonEnvironment(PACKAGES)
  const child = spawn(join(folder, 'bin', 'python'), [PROGRAM, ...words], {
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
