// What chat's routes work with, and the answer that they give to strangers.
import { Problem } from '@sosik/contract/errors'
import type { Clock } from 'sosik'
import type { Database, Transaction } from 'sosik/postgres'
import type { Announce, Barriers, MessageFiles, Profile, ReadProfiles } from '../../service.ts'
import { keepRead } from '../profiles.ts'

export interface Ephemeral {
  readonly type: string
  readonly title: string
  readonly data: object
}

export interface ChatParts extends Barriers {
  readonly database: Database
  readonly announce: Announce
  readonly readProfiles: ReadProfiles
  readonly files: MessageFiles
  readonly clock: Clock
  /** Tells who is connected now, and nobody later. */
  readonly tellConnected: (userIds: readonly number[], news: Ephemeral) => void
  /** A group of more is large. */
  readonly largeRoomMembers: number
  /** UUIDv7. */
  readonly newMessageId: () => string
}

/** Foreign and unknown are one: there is nothing here for the caller. */
export function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Problem('not_found')
  return value
}

/** The people's profiles, now copied to chat as well; all of them must exist. */
export async function meet(
  { readProfiles }: ChatParts,
  tx: Transaction,
  userIds: readonly number[],
): Promise<Profile['person'][]> {
  const known = await readProfiles(tx, userIds)
  const profiles = userIds.map((userId) => found(known.get(userId)))
  await keepRead(tx, profiles)
  return profiles.map(({ person }) => person)
}
