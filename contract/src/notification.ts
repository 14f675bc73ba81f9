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
import { Uuid } from './uuid.ts'

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

/** Items of a page at most, and where nothing is said of it. */
export const NOTIFICATIONS_LIMIT = 100
/** Of one person; a newer one takes the place of the oldest. */
export const NOTIFICATIONS_KEPT_MAX = 1_000
/** What is read, or dealt with, is kept for so long after it came. */
export const NOTIFICATIONS_KEPT_DAYS = 90

export const Notification = Type.Object({
  notification_id: Uuid,
  notification_type: Type.String(),
  /** As it was sent, in Korean. */
  title: Type.String(),
  /** The same in each language that the faces speak. */
  titles: Type.Object({ ko: Type.String(), en: Type.String() }),
  content: Content,
  state: Type.Union([Type.Literal('open'), Type.Literal('settled')]),
  /** What is settled counts as read. */
  read: Type.Boolean(),
  created_at: Timestamp,
})

export const listNotifications = route('GET /notifications', {
  auth: 'user',
  access: 'person',
  query: {
    before_notification_id: Type.Optional(Uuid),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: NOTIFICATIONS_LIMIT, default: NOTIFICATIONS_LIMIT }),
    ),
  },
  answer: Type.Object({
    ...page(Notification, { before_notification_id: Uuid }).properties,
    /** On all pages together. */
    unread: Type.Integer({ minimum: 0 }),
  }),
  says:
    `My notifications, newest first, or those before one: ${NOTIFICATIONS_KEPT_MAX} at most, ` +
    `the read ones of ${NOTIFICATIONS_KEPT_DAYS} days. \`unread\` counts all pages.`,
})

export const readNotification = route('POST /notifications/:notification_id/read', {
  auth: 'user',
  access: 'recipient',
  params: { notification_id: Uuid },
  status: 204,
  problems: ['not_found'],
  says: 'Marks one of my notifications as read.',
})

export const readNotifications = route('POST /notifications/read', {
  auth: 'user',
  access: 'person',
  body: { notification_id: Uuid },
  status: 204,
  says: 'Marks my notifications as read up to that one; what came later stays as it is.',
})

/** A place in my own line, and one in each of fifty large rooms. */
const CURSOR_LENGTH_MAX = 2_000

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
  headers: { 'Last-Event-ID': Type.Optional(text(CURSOR_LENGTH_MAX)) },
  answer: Frame,
  says: 'Server-sent events; resumes after the `Last-Event-ID` header.',
  produces: 'text/event-stream',
})
