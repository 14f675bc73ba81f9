// Direct rooms in which nobody may speak: barred in the block's transaction, asked by who speaks.
import type { Sql, Transaction } from 'sosik/postgres'

/**
 * Bars the direct room of a pair, or opens it again. Who speaks holds the room's row until the
 * commit, so what is said is either there before the block, or sees it. Nothing where the pair has
 * no room.
 */
export async function setBarred(
  tx: Transaction,
  oneId: number,
  otherId: number,
  isBarred: boolean,
): Promise<void> {
  await tx.query(
    `update chat_room set is_barred = $3
     where low_user_id = least($1::bigint, $2::bigint)
       and high_user_id = greatest($1::bigint, $2::bigint)`,
    [oneId, otherId, isBarred],
  )
}

/** Whether nobody may speak in the room; it stays so until the commit. */
export async function holdBarred(tx: Transaction, roomId: number): Promise<boolean> {
  const [room] = await tx.query<{ is_barred: boolean }>(
    'select is_barred from chat_room where id = $1 for share',
    [roomId],
  )
  return room?.is_barred ?? false
}

/** With whom a person shares that room, if it is barred. */
export async function barredFrom(
  sql: Sql,
  roomId: number,
  userId: number,
): Promise<number | undefined> {
  const [room] = await sql.query<{ other_id: number }>(
    `select case when low_user_id = $2 then high_user_id else low_user_id end as other_id
     from chat_room where id = $1 and is_barred and $2::bigint in (low_user_id, high_user_id)`,
    [roomId, userId],
  )
  return room?.other_id
}
