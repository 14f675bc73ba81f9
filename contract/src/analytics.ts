// The analytics context's words: its group and routes.
import { consumerGroup, Id, Timestamp } from 'sosik/catalogue'
import { Type } from 'typebox'
import { FETCH_INTERVAL_MS_MIN, HANDLERS_TOGETHER_MAX } from './limits.ts'
import { notificationGroup } from './notification.ts'
import { page } from './page.ts'
import { route } from './route.ts'

export const analyticsGroup = consumerGroup('analytics-consumer-group', {
  topics: notificationGroup.topics,
  afterDeadLetter: 'continue',
  concurrencyMax: HANDLERS_TOGETHER_MAX,
  fetchIntervalMsMin: FETCH_INTERVAL_MS_MIN,
})

const Count = Type.Integer({ minimum: 0 })

export const Analytics = Type.Object({
  sign_ups: Count,
  friend_requests: Count,
  friendships: Count,
  rejections: Count,
  cancellations: Count,
  rooms_by_type: Type.Record(Type.String(), Count),
  messages: Count,
  messages_by_type: Type.Record(Type.String(), Count),
  messages_by_hour: Type.Array(Type.Object({ hour: Type.String(), count: Count })),
  messages_by_room: Type.Array(Type.Object({ room_id: Type.Integer(), count: Count })),
  notifications_by_type: Type.Record(Type.String(), Count),
  online: Count,
  online_peak: Count,
})

export const readAnalytics = route('GET /analytics', {
  auth: 'operator',
  access: 'operator',
  answer: Analytics,
  says: 'Counts over everything; hours are the last 48 with messages, rooms the 20 busiest.',
})

/** Points of one series. */
export const SERIES_POINTS_MAX = 1_000
/** How many days the busiest rooms are looked for in. */
export const BUSY_DAYS_MAX = 31
export const BUSY_ROOMS = 20

const Metric = Type.Union([
  Type.Literal('sign_ups'),
  Type.Literal('friend_requests'),
  Type.Literal('friendships'),
  Type.Literal('rejections'),
  Type.Literal('cancellations'),
  Type.Literal('rooms'),
  Type.Literal('messages'),
  Type.Literal('notifications'),
  Type.Literal('online_peak'),
])

/** From the one instant on, and before the other. */
const range = { from: Timestamp, to: Timestamp }

const Point = Type.Object({
  /** When the interval begins. */
  at: Timestamp,
  count: Count,
  /** The count by type of room, message or notification; empty where a metric has no types. */
  by_kind: Type.Record(Type.String(), Count),
})

export const readSeries = route('GET /analytics/series', {
  auth: 'operator',
  access: 'operator',
  query: {
    metric: Metric,
    interval: Type.Union([Type.Literal('hour'), Type.Literal('day')]),
    ...range,
    /** Where days begin: 9 for Korea. */
    utc_offset_hours: Type.Optional(Type.Integer({ minimum: -12, maximum: 14, default: 0 })),
  },
  answer: Type.Object({ points: Type.Array(Point, { maxItems: SERIES_POINTS_MAX }) }),
  problems: ['range_invalid'],
  says: 'One figure by hour or day over a range, every interval up to now; 1,000 of them at most.',
})

export const readBusyRooms = route('GET /analytics/rooms', {
  auth: 'operator',
  access: 'operator',
  query: {
    ...range,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: BUSY_ROOMS })),
  },
  answer: page(Type.Object({ room_id: Id, count: Count })),
  problems: ['range_invalid'],
  says: 'The rooms with the most messages in a range of whole hours, 31 days at most.',
})

const Rebuild = Type.Object({
  state: Type.Union([
    Type.Literal('none'),
    Type.Literal('running'),
    Type.Literal('done'),
    Type.Literal('failed'),
  ]),
  dry_run: Type.Boolean(),
  begun_at: Type.Union([Timestamp, Type.Null()]),
  ended_at: Type.Union([Timestamp, Type.Null()]),
  /** Records that were read, and events of them that were counted. */
  records: Count,
  counted: Count,
  /** Counters that had another value than the log says; known at the end. */
  differences: Type.Union([Count, Type.Null()]),
  /** What the log does not hold any more stays as it was counted: topics, and before when. */
  kept: Type.Array(Type.Object({ topic: Type.String(), before: Timestamp })),
  failure: Type.Union([Type.String(), Type.Null()]),
})

export const rebuildAnalytics = route('POST /analytics/rebuild', {
  auth: 'operator',
  access: 'redriver',
  body: { dry_run: Type.Optional(Type.Boolean({ default: false })) },
  answer: Rebuild,
  problems: ['rebuild_running'],
  says: 'Counts all that the log holds anew, beside the counters, and takes their place.',
})

export const readRebuild = route('GET /analytics/rebuild', {
  auth: 'operator',
  access: 'operator',
  answer: Rebuild,
  says: 'How the latest rebuild of the counters goes, or went.',
})
