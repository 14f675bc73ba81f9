// `npm run security`: the 37 tests by their numbers, and one closing line that counts them.
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { run } from 'node:test'
import { commandOptions } from '../support/command-options.ts'
import { withRealParts } from '../support/parts.ts'
import { NOT_APPLICABLE, TESTS } from './tests.ts'

commandOptions({ name: 'security', does: 'The 37 tests by their numbers, on real parts.' })

const FILES_AT_ONCE = 2
const TEST_MS_MAX = 120_000

interface Seen {
  passed: number
  readonly failures: string[]
}

const seen = new Map<number, Seen>()
await withRealParts(async (real) => {
  Object.assign(process.env, real)
  await runFiles()
})

let [passed, failed, notApplicable] = [0, seenOf(0).failures.length, 0]
for (const failure of seenOf(0).failures) console.log(`✖ ${failure}`)
for (const [at, says] of TESTS.entries()) {
  const number = at + 1
  const { passed: tests, failures } = seenOf(number)
  const reason = NOT_APPLICABLE[number]
  if (failures.length > 0) {
    failed += 1
    console.log(`✖ ${number} ${says}\n    ${failures.join('\n    ')}`)
  } else if (tests > 0) {
    passed += 1
    console.log(`✔ ${number} ${says} (${tests})`)
  } else if (reason !== undefined) {
    notApplicable += 1
    console.log(`– ${number} ${says}: not applicable, ${reason}`)
  } else {
    failed += 1
    console.log(`✖ ${number} ${says}: nothing tests it yet`)
  }
}
process.exitCode = failed === 0 ? 0 : 1
console.log(
  `security: ${TESTS.length} tests, ${passed} passed, ${failed} failed, ` +
    `${notApplicable} not applicable`,
)

async function runFiles(): Promise<void> {
  const files = globSync('*.test.ts', { cwd: import.meta.dirname })
  const events = run({
    files: files.map((file) => join(import.meta.dirname, file)),
    concurrency: FILES_AT_ONCE,
    timeout: TEST_MS_MAX,
  })
  events.on('test:pass', ({ name }) => {
    const number = numberOf(name)
    if (number !== undefined) seenOf(number).passed += 1
  })
  events.on('test:fail', ({ name, details }) => {
    const number = numberOf(name)
    const cause = details.error.cause
    const why = cause instanceof Error ? cause.message : details.error.message
    seenOf(number ?? 0).failures.push(`${name}: ${why}`)
  })
  for await (const _ of events) {
    // Every event has its listener above.
  }
}

function seenOf(number: number): Seen {
  const found = seen.get(number) ?? { passed: 0, failures: [] }
  seen.set(number, found)
  return found
}

/** The number with which a test's name begins. */
function numberOf(name: string): number | undefined {
  const [, digits] = /^(\d{1,2}) /.exec(name) ?? []
  return digits === undefined ? undefined : Number(digits)
}
