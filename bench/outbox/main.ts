// `npm run bench:outbox`: what the relay reaches on the real cluster, and what disturbs it.
import { DomainEventProducer, type EventLog } from 'sosik'
import { kafkaEventLog } from 'sosik/kafka'
import { commandOptions } from '../../test/support/command-options.ts'
import { withRealParts } from '../../test/support/parts.ts'
import { median, quantile } from '../figures.ts'
import { BACKLOG_ROWS, backlogRate } from './backlog.ts'
import { drainRate } from './drain.ts'
import { PER_SECOND } from './input.ts'
import { bound, latencies, type Trouble } from './latency.ts'
import { appendRate, publishMs } from './publish.ts'
import { empty, openStage, prepare, type Stage } from './stage.ts'

const {
  rounds,
  rows,
  window: windowMs,
} = commandOptions({
  name: 'bench:outbox',
  does: 'What the relay reaches on the real cluster, and what disturbs it.',
  numbers: {
    rounds: [3, 'how often each is measured'],
    rows: [30_000, 'of a backlog'],
    window: [4_000, 'how long latencies are taken, in ms'],
  },
})

const KEYS = [20, 1_000]
const RELAYS = [1, 2, 4]
const TROUBLES: readonly Trouble[] = ['none', 'refused key', 'slow partition']
/** Of the input rate: so fast a backlog has to go. */
const BACKLOG_RATE_MIN = 3 * PER_SECOND
/** Others' 99th percentile beside trouble, of theirs without. */
const TROUBLE_RATIO_MAX = 2

await withRealParts(async ({ KAFKA_BROKERS, DATABASE_URL }) => {
  Object.assign(process.env, { KAFKA_BROKERS, DATABASE_URL })
  const log = await kafkaEventLog({ brokers: KAFKA_BROKERS.split(',') })
  try {
    const drained = await onStage(log, drain)
    const backlog = await onStage(log, drainBacklog)
    const taken = await onStage(log, disturb)
    console.log(`bench:outbox: ${drained}; ${backlog}; ${taken}`)
  } finally {
    await log.close()
  }
})

async function onStage(log: EventLog, play: (stage: Stage) => Promise<string>): Promise<string> {
  const stage = await openStage(log)
  try {
    return await play(stage)
  } finally {
    await stage.close()
  }
}

async function drain(stage: Stage): Promise<string> {
  const rates = new Map<string, number[]>()
  const producer = new DomainEventProducer({ log: stage.log })
  await producer.start()
  for (const keys of KEYS) {
    await prepare(stage, rows, keys)
    for (let round = 0; round < rounds; round += 1) {
      note('publishAll', await appendRate(stage, producer, rows))
      for (const relays of RELAYS) {
        await empty(stage)
        note(`${keys} keys, ${relays} relays`, await drainRate(stage, relays))
      }
    }
  }
  await producer.stop()
  for (const [what, all] of rates) {
    const [least, most] = [Math.min(...all), Math.max(...all)].map((rate) => rate.toFixed(0))
    console.log(`${what.padEnd(20)} ${rateAt(what).toFixed(0)} rows/s (${least} to ${most})`)
  }
  const told = RELAYS.map((relays) => rateAt(`1000 keys, ${relays} relays`).toFixed(0))
  const share = rateAt('1000 keys, 1 relays') / rateAt('publishAll')
  const reached = `${told.join(', ')} rows/s by ${RELAYS.join(', ')} relays`
  return `${reached}, one ${share.toFixed(2)} of publishAll`

  function note(what: string, rate: number): void {
    const all = rates.get(what)
    if (all === undefined) rates.set(what, [rate])
    else all.push(rate)
  }

  function rateAt(what: string): number {
    return median(rates.get(what) ?? [])
  }
}

async function drainBacklog(stage: Stage): Promise<string> {
  const rates: number[] = []
  for (let round = 0; round < rounds; round += 1) rates.push(await backlogRate(stage))
  const rate = median(rates)
  if (rate < BACKLOG_RATE_MIN) process.exitCode = 1
  const drained = `${rate.toFixed(0)} rows/s`
  const told = `backlog of ${BACKLOG_ROWS} beside ${PER_SECOND} commands/s: ${drained}`
  console.log(told)
  return told
}

async function disturb(stage: Stage): Promise<string> {
  await bound(stage)
  const taken = new Map<Trouble, number[]>(TROUBLES.map((trouble) => [trouble, []]))
  const published: number[] = []
  const producer = new DomainEventProducer({ log: stage.log })
  await producer.start()
  // The first round only warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const trouble of TROUBLES) {
      const window = await latencies(stage, trouble, windowMs)
      if (round > 0) taken.get(trouble)?.push(...window)
    }
    published.push(...(await publishMs(stage, producer)))
  }
  await producer.stop()
  const of = (trouble: Trouble, share: number) => quantile(taken.get(trouble) ?? [], share)
  for (const trouble of TROUBLES) {
    const [p50, p99] = [of(trouble, 0.5).toFixed(1), of(trouble, 0.99).toFixed(1)]
    console.log(`commit to log, ${trouble.padEnd(14)} p50 ${p50} ms, p99 ${p99} ms`)
  }
  const [p50, p99] = [median(published).toFixed(1), quantile(published, 0.99).toFixed(1)]
  console.log(`a publish without outbox      p50 ${p50} ms, p99 ${p99} ms`)
  const ratios = TROUBLES.slice(1).map((trouble) => of(trouble, 0.99) / of('none', 0.99))
  if (Math.max(...ratios) > TROUBLE_RATIO_MAX) process.exitCode = 1
  const told = TROUBLES.slice(1).map((trouble, at) => `a ${trouble} ${ratios[at]?.toFixed(2)}`)
  const base = `p50 ${of('none', 0.5).toFixed(1)} ms, p99 ${of('none', 0.99).toFixed(1)} ms`
  return `commit to log ${base}; others' p99 beside ${told.join(', ')} of that`
}
