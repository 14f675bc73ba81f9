// The analytics context's words: its group and route.
import { consumerGroup } from 'sosik/catalogue'
import { Type } from 'typebox'
import { FETCH_INTERVAL_MS_MIN, HANDLERS_TOGETHER_MAX } from './limits.ts'
import { notificationGroup } from './notification.ts'
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
