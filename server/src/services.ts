// The services of the messenger, and what they answer to each other.
import { chatService } from '@sosik/services/chat/index.ts'
import { analyticsService } from '@sosik/services/analytics/index.ts'
import { friendService } from '@sosik/services/friend/index.ts'
import { type Live, liveService } from '@sosik/services/live/index.ts'
import { notificationService } from '@sosik/services/notification/index.ts'
import { searchService } from '@sosik/services/search/index.ts'
import type { Fanout } from '@sosik/services/live/fanout.ts'
import type { Announce, Service } from '@sosik/services/service.ts'
import { type UserService, userService } from '@sosik/services/user/index.ts'
import type { Clock, DomainEventProducer, Outbox } from 'sosik'
import type { Database } from 'sosik/postgres'
import { uuidv7 } from 'uuidv7'

export interface ServiceParts {
  readonly database: Database
  readonly outbox: Outbox
  readonly producer: DomainEventProducer
  readonly clock: Clock
  readonly fanout: Fanout
  readonly onError: (error: Error) => void
}

export interface Services {
  readonly all: readonly Service[]
  readonly user: UserService
  readonly live: Live
}

export function createServices(parts: ServiceParts): Services {
  const { database, outbox, producer, clock, fanout, onError } = parts
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
  const { readProfiles } = user
  const friend = friendService({ database, announce, readProfiles, clock })
  const { livingSessions } = user
  const live = liveService({ database, fanout, livingSessions, clock, onError })
  const { tellConnected } = live.delivery
  const talk = { database, announce, readProfiles, tellConnected, clock }
  const chat = chatService({ ...talk, newMessageId: uuidv7 })
  const search = searchService({ database, readableRooms: chat.answers.readableRooms })
  const notification = notificationService({
    database,
    ...live.delivery,
    ...chat.answers,
    friendIds: friend.friendIds,
    newId: uuidv7,
  })
  const analytics = analyticsService({ database })
  return { all: [user, friend, chat, notification, analytics, search, live], user, live }
}
