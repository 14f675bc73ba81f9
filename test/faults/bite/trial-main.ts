// One trial in a copy of the tree: `node trial-main.ts FLAW SEED`; the last line is its result.
import { CHECKS } from '../checks/checks.ts'
import { run } from '../run.ts'
import { FLAWS } from './flaws.ts'

const COMMANDS_PER_SECOND = 80
const SETTLE_MS = 15_000

const [name, seed] = process.argv.slice(2)
const flaw = FLAWS.find((one) => one.name === name)
if (flaw === undefined) throw new Error(`There is no flaw ${name}.`)
const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => interruption.abort(new Error(signal)))
}
const { history, forget } = await run({
  seed: Number(seed),
  lengthMs: flaw.seconds * 1_000,
  rate: COMMANDS_PER_SECOND,
  schedule: flaw.schedule,
  settleMs: SETTLE_MS,
  signal: interruption.signal,
  say: (line) => console.error(line),
})
const violations = CHECKS.map((check) => [check.name, check.run(history).violations.length])
forget()
console.log(JSON.stringify(Object.fromEntries(violations)))
