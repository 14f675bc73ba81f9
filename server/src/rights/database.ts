// What each role may do in the database, and no more: what an operator makes grants of.
import { messenger } from '@sosik/contract/catalogue'
import { analyticsGroup } from '@sosik/contract/analytics'
import { chatGroup } from '@sosik/contract/chat'
import { friendGroup } from '@sosik/contract/friend'
import { notificationGroup } from '@sosik/contract/notification'
import { searchGroup } from '@sosik/contract/search'
import type { Role } from '../config.ts'

export type Privilege = 'select' | 'insert' | 'update' | 'delete' | 'truncate'

export interface TableRight {
  readonly table: string
  readonly privileges: readonly Privilege[]
  /** The columns that may be read, where not all of them may. */
  readonly columns?: readonly string[]
}

type Rights = readonly TableRight[]

const may = (privileges: string, ...tables: string[]): Rights => {
  const each = privileges.split(' ') as Privilege[]
  return tables.map((table) => ({ table, privileges: each }))
}
const ALL = 'select insert update delete'

/** Whoever starts looks whether the tables are as they should be. */
const STARTS = may('select', 'migration')

/** Of an account only who it is and whether it hides: no address, and no hash of a password. */
const HIDING: TableRight = {
  table: 'user_account',
  privileges: ['select'],
  columns: ['user_id', 'presence_hidden'],
}

/** Which rooms are large, and who reads them from where on: no names, and nothing that was said. */
const LARGE_ROOMS: Rights = [
  { table: 'chat_room', privileges: ['select'], columns: ['id', 'is_large'] },
  {
    table: 'chat_member',
    privileges: ['select'],
    columns: ['room_id', 'user_id', 'joined_seq', 'muted'],
  },
]

const ANALYTICS = ['count', 'room', 'room_hour', 'presence', 'online'].map(
  (name) => `analytics_${name}`,
)
const REBUILD = [...ANALYTICS, 'analytics_seen'].map((name) => `${name}_next`)

/** Of the lines in which people are told something; a lock on a line's head is an update of it. */
const LINES = [...may('select', 'live_epoch'), ...may('select insert update', 'live_head')]
const DELIVERS = [...LINES, ...may('insert', 'user_events')]

/** Who keeps track of who is here. */
const PRESENCE = [
  ...may('select insert update', 'user_presence'),
  ...may(ALL, 'user_presence_lease'),
]

const API: Rights = [
  ...may('select insert update', 'user_account', 'friend_request', 'friend_profile'),
  ...PRESENCE,
  ...may(ALL, 'user_session'),
  ...may('select insert delete', 'friend_block'),
  ...may('select insert update', 'chat_room', 'chat_message', 'chat_profile', 'files_owner'),
  ...may(ALL, 'chat_member', 'files_file', 'idempotency_key'),
  ...may('select update', 'notification'),
  ...may('select', 'search_message'),
  ...may('select insert update', 'analytics_rebuild'),
  ...may(ALL, ...ANALYTICS),
  ...may('select insert update truncate', ...REBUILD),
  ...LINES,
  ...may('select insert', 'user_events', 'outbox'),
  ...may('select', 'outbox_hold', 'outbox_relay', 'inbox', 'dead_letter'),
]

const GATEWAY: Rights = [
  HIDING,
  ...LARGE_ROOMS,
  ...PRESENCE,
  ...may('select update delete', 'user_session'),
  ...may('select', 'live_epoch', 'live_head'),
  ...may('select delete', 'user_events'),
]

/** It looks at what waits and what failed, and marks what is to be brought back or given up. */
const CONSOLE: Rights = [
  ...may('select update', 'dead_letter', 'outbox'),
  ...may('select insert', 'redrive_run'),
  ...may('select delete', 'outbox_hold'),
  ...may('select insert update', 'outbox_action'),
  ...may('select', 'outbox_relay', 'inbox'),
  ...may('select', ...ANALYTICS, 'analytics_rebuild'),
  // Where a message has got to.
  ...may('select', 'chat_message', 'chat_member', 'user_events'),
]

const RELAY: Rights = [
  ...may('select update delete', 'outbox'),
  ...may(ALL, 'outbox_relay', 'outbox_hold'),
  ...may('select update', 'outbox_lease'),
  ...may('select delete', 'inbox'),
]

const WORKER = [
  ...may('select insert', 'inbox'),
  ...may(ALL, 'dead_letter'),
  ...may('select update', 'redrive_run'),
]

/** What the handlers of each group do, beside what every worker does. */
const HANDLERS: Readonly<Record<string, Rights>> = {
  [analyticsGroup.name]: may('select insert update', ...ANALYTICS),
  [chatGroup.name]: [
    ...may('select insert update', 'chat_profile'),
    ...may('select', 'chat_member'),
    ...DELIVERS,
  ],
  [friendGroup.name]: [
    ...may('select insert update', 'friend_profile'),
    ...may('select', 'friend_request', 'friend_block'),
    ...DELIVERS,
  ],
  [notificationGroup.name]: [
    HIDING,
    ...may(ALL, 'notification'),
    ...may('insert', 'outbox'),
    // To lock a row, if only against its change, is a right to change it.
    ...may('select update', 'chat_profile'),
    ...may('select', 'chat_room', 'chat_member', 'chat_message'),
    ...may('select', 'friend_request', 'friend_profile', 'friend_block'),
    ...may('select', 'user_presence', 'user_presence_lease'),
    ...LINES,
    ...may('select insert update', 'user_events'),
  ],
  [searchGroup.name]: may('select insert update', 'search_message'),
}

/** One row for each role and table that it may touch. */
export function databaseRights(): ReadonlyMap<Role, Rights> {
  const workers = messenger.groups.map(
    ({ name }) => [`worker:${name}`, [...WORKER, ...(HANDLERS[name] ?? [])]] as const,
  )
  const roles: readonly (readonly [Role, Rights])[] = [
    ['api', API],
    ['gateway', GATEWAY],
    ['relay', RELAY],
    ['console', CONSOLE],
    ...workers,
  ]
  return new Map(roles.map(([role, rights]) => [role, [...STARTS, ...rights]]))
}

/** What gives a role of the database, by its quoted name, what a role of the server may do. */
export function grantsOf(rights: Rights, name: string): string[] {
  return rights.map(({ table, privileges, columns }) => {
    const what = columns === undefined ? '' : ` (${columns.join(', ')})`
    return `grant ${privileges.join(', ')}${what} on ${table} to ${name}`
  })
}
