// The API is asked everything that its own OpenAPI document allows, and much that it does not; no
// answer may be a 5xx or break the document.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pythonEnvironment } from '../support/python.ts'

const PACKAGES = ['schemathesis==4.32.5']
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
]
/** A stream does not end, and the others can end the session that asks. */
const LEFT_OUT = ['stream', 'signOut', 'endSession', 'endOtherSessions', 'changePassword']
/** What only the operator may ask. */
const OPERATORS = '^/(analytics|metrics|ops)'
/** Its package has no `__main__`. */
const PROGRAM = 'from schemathesis.cli import schemathesis; schemathesis()'
const CASES = /^\s*(\d+) generated/

export interface FuzzOptions {
  readonly url: string
  readonly token: string
  readonly asOperator: boolean
  readonly phases: string
  /** Requests an operation and a phase that invents them. */
  readonly examples: number
  readonly seed: number
  readonly say: (line: string) => void
}

export interface Fuzzed {
  readonly cases: number
  readonly hasFindings: boolean
}

export async function fuzzApi(options: FuzzOptions): Promise<Fuzzed> {
  const { url, token, asOperator, phases, examples, seed, say } = options
  const given = {
    header: `Authorization: Bearer ${token}`,
    checks: CHECKS.join(),
    phases,
    'max-examples': String(examples),
    seed: String(seed),
    warnings: 'off',
    ...(asOperator && { 'include-path-regex': OPERATORS }),
  }
  const program = ['-c', PROGRAM, 'run', `${url}/openapi.json`, '--no-color']
  const args = [
    ...program,
    ...Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]),
    ...LEFT_OUT.flatMap((operation) => ['--exclude-operation-id', operation]),
  ]
  const python = join(await pythonEnvironment(PACKAGES), 'bin', 'python')
  // It keeps what it found in its working folder.
  const folder = await mkdtemp(join(tmpdir(), 'sosik-fuzz-'))
  try {
    const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: folder })
    let cases = 0
    for await (const line of createInterface({ input: child.stdout })) {
      say(line)
      cases += Number(CASES.exec(line)?.[1] ?? 0)
    }
    if (child.exitCode === null) await once(child, 'exit')
    return { cases, hasFindings: child.exitCode !== 0 }
  } finally {
    await rm(folder, { recursive: true })
  }
}
