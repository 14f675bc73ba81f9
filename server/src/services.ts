// The services of the messenger, and what they answer to each other.
import { messenger } from '@sosik/contract/catalogue'
import { LARGE_ROOM_MEMBERS } from '@sosik/contract/chat'
import { chatService } from '@sosik/services/chat/index.ts'
import { type AnalyticsService, analyticsService } from '@sosik/services/analytics/index.ts'
import { type FilesService, filesService, messageFiles } from '@sosik/services/files/index.ts'
import type { FileStore } from '@sosik/services/files/file-store.ts'
import { friendService } from '@sosik/services/friend/index.ts'
import { type Live, liveService } from '@sosik/services/live/index.ts'
import {
  type NotificationService,
  notificationService,
} from '@sosik/services/notification/index.ts'
import { opsService } from '@sosik/services/ops/index.ts'
import { searchService } from '@sosik/services/search/index.ts'
import type { Fanout } from '@sosik/services/live/fanout.ts'
import type { Announce, Service } from '@sosik/services/service.ts'
import { traceService } from '@sosik/services/trace/index.ts'
import { type UserService, userService } from '@sosik/services/user/index.ts'
import {
  type Clock,
  type DomainEventProducer,
  type LogAdmin,
  type Outbox,
  postgresDeadLetters,
  postgresOutboxStore,
} from 'sosik'
import type { Database } from 'sosik/postgres'
import { uuidv7 } from 'uuidv7'

export interface ServiceParts {
  readonly database: Database
  readonly outbox: Outbox
  readonly producer: DomainEventProducer
  readonly admin: LogAdmin
  readonly clock: Clock
  readonly fanout: Fanout
  readonly fileStore: FileStore
  /** A group of more is a large room; as many as the product's when left out. */
  readonly largeRoomMembers?: number
  readonly onError: (error: Error) => void
}

export interface Services {
  /** What the role `api` answers, and all that hears. */
  readonly all: readonly Service[]
  readonly user: UserService
  readonly live: Live
  readonly files: FilesService
  readonly notification: NotificationService
  readonly analytics: AnalyticsService
  readonly trace: Service
  readonly ops: Service
}

export function createServices(parts: ServiceParts): Services {
  const { database, outbox, producer, admin, clock, fanout, fileStore: store, onError } = parts
  const announce: Announce = (tx, events, correlationId) =>
    outbox.add(tx, events, correlationId === undefined ? {} : { correlationId })
  const user = userService({
    database,
    announce,
    publish: (event) => producer.publish(event),
    clock,
    newSessionId: uuidv7,
    onError,
  })
  const { readProfiles, readPresence, livingSessions } = user
  const live = liveService({
    database,
    fanout,
    livingSessions,
    largeRooms: (...asked) => chat.answers.largeRooms(...asked),
    readersAmong: (...asked) => chat.answers.readersAmong(...asked),
    clock,
    onError,
  })
  const { tellConnected, deliver } = live.delivery
  const friend = friendService({
    database,
    announce,
    readProfiles,
    readPresence,
    setBarred: (...pair) => chat.setBarred(...pair),
    clock,
    deliver,
  })
  const { barrier, lockPair } = friend.answers
  const known = { database, announce, readProfiles, barrier, lockPair }
  const talk = { ...known, tellConnected, clock, deliver, files: messageFiles }
  const { largeRoomMembers = LARGE_ROOM_MEMBERS } = parts
  const chat = chatService({ ...talk, largeRoomMembers, newMessageId: uuidv7 })
  const { mayRead } = chat.answers
  const files = filesService({ database, store, clock, onError, mayRead, newFileId: uuidv7 })
  const search = searchService({ database, readableRooms: chat.answers.readableRooms })
  const notification = notificationService({
    database,
    ...live.delivery,
    ...chat.answers,
    ...friend.answers,
    watching: user.watching,
    readPresence,
    clock,
    newId: uuidv7,
    onError,
  })
  const analytics = analyticsService({ database, admin, clock, newId: uuidv7, onError })
  const { standing } = chat.answers
  const trace = traceService({ database, admin, clock, standing, ...live.answers })
  const all = [user, friend, chat, files, notification, analytics, search, live, trace]
  const ops = opsService({
    admin,
    clock,
    index: postgresDeadLetters(database),
    outboxStore: postgresOutboxStore(database, { catalogue: messenger }),
  })
  return { all, user, live, files, notification, analytics, trace, ops }
}
