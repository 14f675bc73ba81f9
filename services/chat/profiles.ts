// Chat's copies of profiles: read by commands, brought by events, and never moved back.
import type { Sql } from 'sosik/postgres'
import type { Profile } from '../service.ts'

// A command can read a profile, then an event can bring a newer one, then the command writes. So
// an event is kept even for a person whom chat does not know yet, and what is older loses.
const KEEP = (newer: '>' | '>=') => `
  insert into chat_profile as mine
    (user_id, display_name, profile_image_url, status_message, updated_at)
  select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
    as given (user_id, display_name, profile_image_url, status_message, updated_at)
  order by user_id
  on conflict (user_id) do update set display_name = excluded.display_name,
    profile_image_url = excluded.profile_image_url, status_message = excluded.status_message,
    updated_at = excluded.updated_at
  where excluded.updated_at ${newer} mine.updated_at returning 1`

// Of two updates within a millisecond the later event wins, as a person's events come in order.
const KEEP_READ = KEEP('>')
const KEEP_HEARD = KEEP('>=')

export async function keepRead(tx: Sql, profiles: readonly Profile[]): Promise<void> {
  const given = profiles.map(({ person, updatedAt }) => ({ ...person, updatedAt }))
  await keep(tx, KEEP_READ, given)
}

/** False when a newer one is kept already. */
export async function keepHeard(tx: Sql, profile: Kept): Promise<boolean> {
  return (await keep(tx, KEEP_HEARD, [profile])) === 1
}

/** Keeps the copies that a room shows as they are, until the commit. */
export async function holdProfiles(tx: Sql, roomId: number): Promise<void> {
  await tx.query(
    `select from chat_profile where user_id = any(array(
       select user_id from chat_member where room_id = $1)) order by user_id for share`,
    [roomId],
  )
}

/** Who sees the person in a room: everybody who is in one with them, and they themselves. */
export async function findOnlookers(sql: Sql, userId: number): Promise<number[]> {
  const rows = await sql.query<{ user_id: number }>(
    `select distinct other.user_id from chat_member as mine
     join chat_member as other using (room_id) where mine.user_id = $1 order by 1`,
    [userId],
  )
  return rows.map((row) => row.user_id)
}

interface Kept {
  readonly user_id: number
  readonly display_name: string
  readonly profile_image_url: string
  readonly status_message: string
  readonly updatedAt: Date
}

/** Answers how many of them are new. */
async function keep(tx: Sql, statement: string, profiles: readonly Kept[]): Promise<number> {
  const kept = await tx.query(statement, [
    profiles.map((one) => one.user_id),
    profiles.map((one) => one.display_name),
    profiles.map((one) => one.profile_image_url),
    profiles.map((one) => one.status_message),
    profiles.map((one) => one.updatedAt),
  ])
  return kept.length
}
