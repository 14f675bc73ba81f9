// One test file in a process of its own, with a limit for each test and for the file.
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { run } from 'node:test'
import { spec, type TestEvent } from 'node:test/reporters'
import { type Report, reportOf } from './report.ts'

const TEST_MS_MAX = 180_000
/** A file that does not end by itself is ended, and has failed. */
const FILE_MS_MAX = 300_000
const OUTPUT_EVENTS_MAX = 500

/** `file` is an absolute path, `name` what the report calls it. */
export async function runFile(file: string, name: string, signal: AbortSignal): Promise<Report> {
  const startedMs = performance.now()
  const events: TestEvent[] = []
  const limit = AbortSignal.any([signal, AbortSignal.timeout(FILE_MS_MAX)])
  const running = run({ files: [file], timeout: TEST_MS_MAX, signal: limit })
  for await (const event of running as AsyncIterable<TestEvent>) keep(events, event)
  const summaries = events.filter((event) => event.type === 'test:summary')
  const { counts, success } = summaries.at(-1)?.data ?? { counts: undefined, success: false }
  // Node counts a file without a test as one that passed; only it gives no summary of its own.
  const isEmpty = success && summaries.every((event) => event.data.file === undefined)
  if (counts === undefined || isEmpty) return reportOf(name, startedMs, 'There is no test in it.')
  const skipped = counts.skipped + counts.todo
  return {
    name,
    passed: counts.passed,
    failed: counts.tests - counts.passed - skipped,
    skipped,
    durationMs: performance.now() - startedMs,
    detail: success && skipped === 0 ? '' : await specText(events),
  }
}

/** Of what a file prints only the end is kept. */
function keep(events: TestEvent[], event: TestEvent): void {
  events.push(event)
  if (isOutput(event) && events.filter(isOutput).length > OUTPUT_EVENTS_MAX) {
    events.splice(events.findIndex(isOutput), 1)
  }
}

function isOutput(event: TestEvent): boolean {
  return event.type === 'test:stdout' || event.type === 'test:stderr'
}

/** The events as Node's own spec reporter shows them, without its totals. */
function specText(events: readonly TestEvent[]): Promise<string> {
  const shown = events.filter((event) => event.type !== 'test:diagnostic')
  return text(Readable.from(shown).compose(spec()))
}
