// `npm run bench:path`: from an HTTP command to the other's stream, on real and embedded parts.
import { commandOptions } from '../../test/support/command-options.ts'
import { quantile } from '../figures.ts'
import { type Cost, costsOf, type Part } from './costs.ts'
import { createArrivals, measure, type Measured } from './latency.ts'
import { type Place, withEmbeddedPlace, withRealPlace } from './places.ts'
import { openStage } from './stage.ts'

const { rounds, seconds } = commandOptions({
  name: 'bench:path',
  does: 'From an HTTP command to the other stream, on real and embedded parts.',
  numbers: {
    rounds: [3, 'how often each rate is measured'],
    seconds: [10, 'how long each time'],
  },
})

const RATES = [50, 100, 200]
const WARM_UP_SECONDS = 10
/** The bar, at this rate on real parts. */
const BAR = { perSecond: 100, p50Ms: 25, p99Ms: 150 } as const
const MEBIBYTE = 1_048_576

const told = [
  await withRealPlace((place) => play('real', place)),
  await withEmbeddedPlace((place) => play('embedded', place)),
]
console.log(`bench:path: ${told.join('; ')}`)

/** Measures all rates in each round, so that a slow minute of the machine is in all of them. */
async function play(name: string, { api, gateway, parts }: Place): Promise<string> {
  const arrivals = createArrivals()
  const stage = await openStage(api, gateway, arrivals.heard)
  try {
    const idle = costsOf(parts)
    const [warmUpRate = 1] = RATES
    await measure(stage, arrivals, warmUpRate, WARM_UP_SECONDS)
    const cells = RATES.map((perSecond) => ({ perSecond, all: [] as Measured[] }))
    const spent = new Map<number, number[]>()
    for (let round = 0; round < rounds; round += 1) {
      for (const { perSecond, all } of cells) {
        const before = costsOf(parts)
        all.push(await measure(stage, arrivals, perSecond, seconds))
        const used = costsOf(parts).map((one, at) => one.cpuMs - (before[at]?.cpuMs ?? 0))
        const sofar = spent.get(perSecond)
        spent.set(
          perSecond,
          used.map((ms, at) => ms + (sofar?.[at] ?? 0)),
        )
        console.error(`${name}: round ${round + 1} of ${rounds}, ${perSecond}/s`)
      }
    }
    console.log(
      `\n${name} parts: ${rounds} rounds of ${seconds} s at each rate, ${stage.pairs.length} pairs`,
    )
    const lines = cells.map(({ perSecond, all }) => tellCell(name, perSecond, all))
    tellCosts(parts, idle, costsOf(parts), spent)
    return `${name} ${lines.join(', ')}`
  } finally {
    stage.close()
  }
}

function tellCell(name: string, perSecond: number, all: readonly Measured[]): string {
  const of = (pick: (one: Measured) => readonly number[]) => all.flatMap((one) => [...pick(one)])
  const [streamMs, answerMs] = [of((one) => one.streamMs), of((one) => one.answerMs)]
  const refused = all.reduce((sum, one) => sum + one.refused, 0)
  const lost = all.reduce((sum, one) => sum + one.lost, 0)
  const p50 = quantile(streamMs, 0.5)
  const p99 = quantile(streamMs, 0.99)
  const isOver = perSecond === BAR.perSecond && (p50 > BAR.p50Ms || p99 > BAR.p99Ms)
  if (lost > 0 || refused > 0 || (name === 'real' && isOver)) process.exitCode = 1
  const roundsP99 = all.map((one) => ms(quantile(one.streamMs, 0.99))).join(', ')
  console.log(
    `${String(perSecond).padStart(4)}/s  to the stream p50 ${ms(p50)}, p99 ${ms(p99)} ` +
      `(rounds ${roundsP99}); to the answer p50 ${ms(quantile(answerMs, 0.5))}, ` +
      `p99 ${ms(quantile(answerMs, 0.99))}; ${refused} refused, ${lost} lost`,
  )
  return `${perSecond}/s p50 ${ms(p50)} p99 ${ms(p99)}`
}

/** Where the processors' time went: what has most of it is what limits. */
function tellCosts(
  parts: readonly Part[],
  idle: readonly Cost[],
  loaded: readonly Cost[],
  spent: ReadonlyMap<number, readonly number[]>,
): void {
  const heads = RATES.map((rate) => `cores at ${rate}/s`.padStart(16)).join('')
  console.log(`${''.padEnd(16)}${'idle MiB'.padStart(10)}${'loaded MiB'.padStart(12)}${heads}`)
  const coresOf = (rate: number, at: number) =>
    (spent.get(rate)?.[at] ?? 0) / (rounds * seconds * 1_000)
  const row = (label: string, before: number, after: number, cores: readonly number[]) =>
    `${label.padEnd(16)}${before.toFixed(0).padStart(10)}${after.toFixed(0).padStart(12)}` +
    cores.map((one) => one.toFixed(2).padStart(16)).join('')
  for (const [at, { name }] of parts.entries()) {
    const mebibytes = [idle, loaded].map((all) => (all[at]?.memoryBytes ?? 0) / MEBIBYTE)
    console.log(
      row(
        name,
        mebibytes[0] ?? 0,
        mebibytes[1] ?? 0,
        RATES.map((rate) => coresOf(rate, at)),
      ),
    )
  }
  const all = RATES.map((rate) => parts.reduce((sum, _, at) => sum + coresOf(rate, at), 0))
  const sum = (costs: readonly Cost[]) =>
    costs.reduce((total, one) => total + one.memoryBytes, 0) / MEBIBYTE
  console.log(row('together', sum(idle), sum(loaded), all))
}

function ms(duration: number): string {
  return `${duration.toFixed(0)} ms`
}
