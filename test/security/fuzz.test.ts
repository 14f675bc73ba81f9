// 37: invented requests and records: the hour of it is `npm run fuzz:api`, this is its minute.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messenger } from '@sosik/contract/catalogue'
import { Problem } from '@sosik/contract/errors'
import { accepts, prefersKorean } from '@sosik/server/src/http/accept.ts'
import { disposition, fileName, hasTag, spanOf } from '@sosik/services/files/files.ts'
import { parseCursor, resumeAt } from '@sosik/services/live/live.ts'
import fc from 'fast-check'
import { DecodeError, decode, SchemaError } from 'sosik'
import { fuzzApi } from '../fuzz/api.ts'
import { OPERATOR_TOKEN, startProduct } from './product.ts'

const EXAMPLES = 3
const CASES_MIN = 100
const GROWN_BYTES_MAX = 200_000_000
const RUNS = 2_000
const HEADER_LETTERS = Array.from('bytes=-,;q.*/"W0123456789 \r\nako')
const SEED_MAX = 1_000_000

test("37 requests invented from the API's document are answered as it says", async () => {
  const product = await startProduct()
  const lines: string[] = []
  const seed = Math.floor(Math.random() * SEED_MAX)
  try {
    const { token } = await product.somebody()
    const before = process.memoryUsage().rss
    const common = { url: product.url, phases: 'fuzzing', examples: EXAMPLES, seed }
    const say = (line: string) => void lines.push(line)
    const runs = await Promise.all([
      fuzzApi({ ...common, token, asOperator: false, say }),
      fuzzApi({ ...common, token: OPERATOR_TOKEN, asOperator: true, say }),
    ])
    for (const { hasFindings } of runs) assert.ok(!hasFindings, `seed ${seed}\n${lines.join('\n')}`)
    const cases = runs.reduce((sum, one) => sum + one.cases, 0)
    assert.ok(cases >= CASES_MIN, `${cases} cases`)
    assert.ok(process.memoryUsage().rss - before < GROWN_BYTES_MAX)
  } finally {
    await product.stop()
  }
})

const bytes = fc.uint8Array({ maxLength: 200 })
const json = fc.json().map((text) => Buffer.from(text))
/** What an event holds, and what takes the place of one of its fields. */
const changed = fc
  .tuple(fc.constantFrom(...messenger.events), fc.nat(), fc.jsonValue())
  .map(([{ example, name }, at, value]) => {
    const fields = Object.keys(example)
    const field = fields[at % (fields.length + 1)] ?? '__proto__'
    return Buffer.from(
      JSON.stringify({ ...(example as object), __type__: name }).replace(
        `"${field}":`,
        `"${field}":${JSON.stringify(value)},"${field}_":`,
      ),
    )
  })
const headerName = fc.oneof(
  fc.constantFrom('ce_type', 'ce_id', 'ce_time', 'ce_dataschema', 'correlation-id', 'traceparent'),
  fc.string(),
)
const headerValue = fc.oneof(
  bytes,
  fc.constantFrom(...messenger.events).map(({ name }) => Buffer.from(name)),
)
const anyRecord = fc.record({
  topic: fc.constantFrom(...messenger.topics.map(({ name }) => name)),
  partition: fc.nat(),
  offset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  timestampMs: fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }),
  key: fc.option(bytes),
  value: fc.option(fc.oneof(bytes, json, changed)),
  headers: fc.array(fc.tuple(headerName, headerValue), { maxLength: 5 }),
})

test('37 whatever a record holds, it is an event or a dead letter', () => {
  let [events, letters] = [0, 0]
  const decodes = fc.property(anyRecord, (record) => {
    try {
      if (decode(messenger, record).known) events += 1
    } catch (error) {
      assert.ok(error instanceof DecodeError || error instanceof SchemaError, String(error))
      letters += 1
    }
  })
  fc.assert(decodes, { numRuns: RUNS })
  assert.ok(events > 0 && letters > 0, `${events} events, ${letters} letters`)
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})

test('37 no header takes its reader anywhere but to a value or a refusal', () => {
  const head = { epoch: 'a1', userSeq: 7 }
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...HEADER_LETTERS) }),
  )
  const reads = fc.property(text, fc.nat({ max: 1_000 }), (header, sizeBytes) => {
    prefersKorean(header)
    accepts(header, 'application/json')
    hasTag(header, '"tag"')
    const cursor = parseCursor(header)
    assert.ok(cursor === undefined || Number.isSafeInteger(cursor.userSeq))
    const { from } = resumeAt(header, head)
    assert.ok(from >= 0 && from <= head.userSeq)
    const name = refusedOr(() => fileName(header))
    assert.match(disposition('file', name ?? ''), /^[ -~]+$/)
    const span = refusedOr(() => spanOf(header, sizeBytes))
    assert.ok(span === undefined || (span.start >= 0 && span.end < sizeBytes))
  })
  fc.assert(reads, { numRuns: RUNS })
})

function refusedOr<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    assert.ok(error instanceof Problem, String(error))
    return undefined
  }
}
