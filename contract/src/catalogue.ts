// The messenger's catalogue: every topic, event and group that the contexts declare.
import { catalogue } from 'sosik/catalogue'
import * as analytics from './analytics.ts'
import * as chat from './chat.ts'
import * as friend from './friend.ts'
import * as notification from './notification.ts'
import * as search from './search.ts'
import * as user from './user.ts'

export const messenger = catalogue(user, friend, chat, notification, analytics, search)

/** Any event of the messenger. */
export type MessengerEvent = (typeof messenger.events)[number]
