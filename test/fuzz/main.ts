// `npm run fuzz:api [-- --examples N --seed N]`: the API is asked everything that its own OpenAPI
// document allows, and much that it does not; no answer may be a 5xx or break the document.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { OPERATOR_TOKEN, startProduct } from '../security/product.ts'
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
/** Its package has no `__main__`. */
const PROGRAM = 'from schemathesis.cli import schemathesis; schemathesis()'
const CASES = /^\s*(\d+) generated/

const { values } = parseArgs({
  options: {
    examples: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})

const python = join(await pythonEnvironment(PACKAGES), 'bin', 'python')
const folder = await mkdtemp(join(tmpdir(), 'sosik-fuzz-'))
const product = await startProduct({ workers: true })
let cases = 0
let failed = 0
try {
  const person = await product.somebody()
  console.log(`fuzz: seed ${values.seed}, as a person`)
  await fuzz(person.token, [])
  console.log('fuzz: as the operator')
  await fuzz(OPERATOR_TOKEN, ['--include-path-regex', '^/(analytics|metrics|ops)'])
} finally {
  await product.stop()
  await rm(folder, { recursive: true })
}
process.exitCode = failed > 0 || cases === 0 ? 1 : 0
console.log(`fuzz: ${cases} cases, ${failed} of 2 runs with findings`)

async function fuzz(token: string, only: readonly string[]): Promise<void> {
  const options = {
    header: `Authorization: Bearer ${token}`,
    checks: CHECKS.join(),
    phases: 'examples,coverage,fuzzing',
    'max-examples': values.examples,
    seed: values.seed,
    warnings: 'off',
  }
  const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
  const leftOut = LEFT_OUT.flatMap((operation) => ['--exclude-operation-id', operation])
  const document = `${product.url}/openapi.json`
  const args = ['-c', PROGRAM, 'run', document, '--no-color', ...given, ...only, ...leftOut]
  // It keeps what it found in its working folder.
  const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: folder })
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line)
    cases += Number(CASES.exec(line)?.[1] ?? 0)
  }
  if (child.exitCode === null) await once(child, 'exit')
  if (child.exitCode !== 0) failed += 1
}
