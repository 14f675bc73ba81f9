// `npm run simulate -- --bite`: each seeded flaw must be found, or the checks are worth nothing.
import type { RunResult } from 'sosik/testing'
import type { Range } from './batch.ts'
import { FLAWS } from './flaws/index.ts'
import { rangesOf, runRanges } from './pool.ts'

export async function bite(): Promise<void> {
  const failed = new Map<string, RunResult[]>(FLAWS.map(({ name }) => [name, []]))
  const ranges = FLAWS.flatMap(({ name, seedsMax }): Range[] =>
    rangesOf({ from: 1, to: 1 + seedsMax, flaw: name }),
  )
  await runRanges(ranges, (batch, { flaw = '' }) => failed.get(flaw)?.push(...batch.failed))
  const caught = FLAWS.filter(({ name }) => failed.get(name)?.length !== 0)
  for (const { name, seedsMax } of FLAWS) {
    const [first, ...others] = (failed.get(name) ?? []).toSorted((a, b) => a.seed - b.seed)
    const found = `in ${others.length + 1} of ${seedsMax} seeds, first in ${first?.seed}:`
    if (first) console.log(`caught  ${name}: ${found} ${first.violations[0]}`)
    else console.log(`MISSED  ${name}: not in ${seedsMax} seeds`)
  }
  if (caught.length < FLAWS.length) process.exitCode = 1
  console.log(`bite: ${caught.length} of ${FLAWS.length} caught`)
}
