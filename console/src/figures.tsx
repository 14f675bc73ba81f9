// What happened, in numbers: one figure over time as a table with bars, and everything summed up.
import { readAnalytics, readSeries } from '@sosik/contract/analytics'
import type { AnswerOf, QueryOf } from '@sosik/contract/route'
import { useAnswer, useConsole } from './console.ts'
import { Choice, Field } from './parts/field.tsx'
import { type Column, Table } from './parts/table.tsx'
import { Trouble } from './parts/trouble.tsx'
import { hashOf } from './place.ts'
import { countText, dayOf, localOffsetMs, rangeOf, timeText } from './words.ts'

const EVERY_MS = 10_000
const DAYS = 6
const HOUR_MS = 3_600_000
/** Of `2026-01-27 19:00:05`: a day says no hour, and an hour no second. */
const BEGINS_LENGTH = { day: 10, hour: 16 } as const
const BAR_WIDTH = 100
const BAR_HEIGHT = 10

type Metric = QueryOf<typeof readSeries>['metric']
type Point = AnswerOf<typeof readSeries>['points'][number]

const METRICS = readSeries.query.properties.metric.anyOf.map((one) => one.const)

export function Figures({ fields }: { fields: Readonly<Record<string, string>> }) {
  const { texts } = useConsole()
  const words = texts.figures
  const nowMs = Date.now()
  const offsetMs = localOffsetMs(new Date(nowMs).toISOString())
  const metric: Metric = METRICS.find((one) => one === fields.metric) ?? 'messages'
  const interval = fields.interval === 'hour' ? 'hour' : 'day'
  const from = fields.from ?? dayOf(nowMs, offsetMs, DAYS)
  const to = fields.to ?? dayOf(nowMs, offsetMs)
  const set = (name: string) => (value: string) => {
    location.hash = hashOf('figures', { metric, interval, from, to, [name]: value })
  }
  const query = {
    metric,
    interval,
    ...rangeOf(from, to, offsetMs),
    utc_offset_hours: Math.floor(offsetMs / HOUR_MS),
  } as const
  const series = useAnswer(readSeries, { query }, EVERY_MS)
  const totals = useAnswer(readAnalytics, {}, EVERY_MS)
  return (
    <>
      <Trouble text={series.trouble ?? totals.trouble} />
      <div class="fields">
        <Choice
          name={words.metric}
          value={metric}
          of={METRICS.map((one) => [one, words.metrics[one]] as const)}
          onValue={set('metric')}
        />
        <Choice
          name={words.interval}
          value={interval}
          of={[
            ['hour', words.hour],
            ['day', words.day],
          ]}
          onValue={set('interval')}
        />
        <Field name={words.from} type="date" value={from} onValue={set('from')} />
        <Field name={words.to} type="date" value={to} onValue={set('to')} />
      </div>
      <Series title={words.metrics[metric]} interval={interval} points={series.answer?.points} />
      {totals.answer && <Totals totals={totals.answer} />}
    </>
  )
}

interface SeriesParts {
  readonly title: string
  readonly interval: keyof typeof BEGINS_LENGTH
  readonly points: readonly Point[] | undefined
}

function Series({ title, interval, points }: SeriesParts) {
  const { texts } = useConsole()
  const words = texts.figures
  const countMax = Math.max(1, ...(points ?? []).map(({ count }) => count))
  const columns: Column<Point>[] = [
    { name: words.at, of: ({ at }) => timeText(at).slice(0, BEGINS_LENGTH[interval]) },
    { name: words.count, kind: 'number', of: ({ count }) => countText(count) },
    { name: '', of: ({ count }) => <Bar share={count / countMax} /> },
    {
      name: words.kinds,
      kind: 'text',
      of: ({ by_kind }) => (
        <ul class="line">
          {Object.entries(by_kind).map(([kind, count]) => (
            <li key={kind}>
              {kind} {countText(count)}
            </li>
          ))}
        </ul>
      ),
    },
  ]
  return <Table title={title} rows={points} keyOf={({ at }) => at} columns={columns} />
}

/** The number stands beside it. */
function Bar({ share }: { share: number }) {
  return (
    <svg
      class="bar"
      viewBox={`0 0 ${BAR_WIDTH} ${BAR_HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect width={share * BAR_WIDTH} height={BAR_HEIGHT} />
    </svg>
  )
}

function Totals({ totals }: { totals: AnswerOf<typeof readAnalytics> }) {
  const { texts } = useConsole()
  const { metrics, online } = texts.figures
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((all, one) => all + one, 0)
  const figures = [
    [metrics.sign_ups, totals.sign_ups],
    [metrics.friend_requests, totals.friend_requests],
    [metrics.friendships, totals.friendships],
    [metrics.rejections, totals.rejections],
    [metrics.cancellations, totals.cancellations],
    [metrics.rooms, sum(totals.rooms_by_type)],
    [metrics.messages, totals.messages],
    [metrics.notifications, sum(totals.notifications_by_type)],
    [online, totals.online],
    [metrics.online_peak, totals.online_peak],
  ] as const
  return (
    <section>
      <h2>{texts.figures.totals}</h2>
      <dl class="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{countText(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
