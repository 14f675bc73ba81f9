// The notification context's words: its topic, event, group and routes.
import { consumerGroup, days, event, Id, Timestamp, text, topic } from 'sosik/catalogue'
import { Type } from 'typebox'
import { chatEvents, messageEvents } from './chat.ts'
import { friendEvents } from './friend.ts'
import { Frame } from './frames.ts'
import { HANDLERS_TOGETHER_MAX } from './limits.ts'
import { page } from './page.ts'
import { route } from './route.ts'
import { userEvents, userOnlineStatus } from './user.ts'

export const notificationEvents = topic('notification.events', {
  partitions: 3,
  retentionMs: days(7),
  source: '/contexts/notification',
})

const Content = Type.Record(Type.String(), Type.Unknown())

export const NotificationSent = event('NotificationSent', {
  topic: notificationEvents,
  key: 'user_id',
  subject: 'notification_id',
  data: {
    notification_id: text(100),
    user_id: Id,
    notification_type: text(100),
    title: text(300),
    content: Content,
    timestamp: Timestamp,
  },
  personal: ['title', 'content'],
  example: {
    notification_id: '019bf8a0-0000-7000-8000-000000000002',
    user_id: 2,
    notification_type: 'friend_request',
    title: '김미나님이 친구 요청을 보냈습니다',
    content: { requester_id: 1, requester_name: '김미나' },
    timestamp: '2026-01-27T11:00:01.000Z',
  },
})

export const notificationGroup = consumerGroup('notification-consumer-group', {
  topics: [
    userEvents,
    userOnlineStatus,
    friendEvents,
    chatEvents,
    messageEvents,
    notificationEvents,
  ],
  afterDeadLetter: 'continue',
  concurrencyMax: HANDLERS_TOGETHER_MAX,
  instances: 3,
})

/** So many are listed. */
export const NOTIFICATIONS_LISTED_MAX = 100

export const Notification = Type.Object({
  notification_id: Type.String(),
  notification_type: Type.String(),
  title: Type.String(),
  content: Content,
  state: Type.Union([Type.Literal('open'), Type.Literal('settled'), Type.Literal('withdrawn')]),
  read: Type.Boolean(),
  created_at: Timestamp,
})

export const listNotifications = route('GET /notifications', {
  auth: 'user',
  access: 'person',
  answer: page(Notification),
  says: 'My latest hundred notifications, newest first; withdrawn ones are left out.',
})

export const readNotification = route('POST /notifications/:notification_id/read', {
  auth: 'user',
  access: 'recipient',
  params: { notification_id: text(100) },
  status: 204,
  problems: ['not_found'],
  says: 'Marks one of my notifications as read.',
})

export const readCursor = route('GET /cursor', {
  auth: 'user',
  access: 'person',
  answer: Type.Object({ cursor: Type.String() }),
  says: 'Where my line of events stands: read it, then any lists, then stream after it.',
})

export const stream = route('GET /stream', {
  auth: 'user',
  access: 'person',
  rate: 'stream',
  headers: { 'Last-Event-ID': Type.Optional(text(100)) },
  answer: Frame,
  says: 'Server-sent events; resumes after the `Last-Event-ID` header.',
  produces: 'text/event-stream',
})
