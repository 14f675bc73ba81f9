// The SQL of the last mile, as the simulated database carries it out: heads and lines in memory.
import { type StatementOf, statementsWith, type Words } from 'sosik/testing'

export const HEADS = 'live_head'
const LINES = 'user_events'
const EPOCH = 'a1'

export interface LineRow {
  readonly userId: number
  readonly userSeq: number
  readonly type: string
  readonly title: string
  readonly data: object
}

const append: Words = [
  'with heads as',
  async (session, [ids, types, titles, places, bodies]) => {
    const letters = (ids as number[]).map((userId, at) => ({
      userId,
      type: (types as string[])[at] ?? '',
      title: (titles as string[])[at] ?? '',
      data: JSON.parse((bodies as string[])[((places as number[])[at] ?? 1) - 1] ?? '{}') as object,
    }))
    const told: object[] = []
    for (const letter of letters.toSorted((left, right) => left.userId - right.userId)) {
      const key = String(letter.userId)
      // Locked before it is read: the next number is known when the others have committed.
      await session.lock(`${HEADS}/${key}`)
      const userSeq = (session.get<number>(HEADS, key) ?? 0) + 1
      await session.put(HEADS, key, userSeq)
      await session.put(LINES, `${key}/${userSeq}`, { ...letter, userSeq })
      told.push({ user_id: letter.userId, user_seq: userSeq, epoch: EPOCH })
    }
    return told
  },
]

const lineAfter: Words = [
  'select user_seq as "userSeq"',
  (session, [userId, after, limit]) => {
    const head = session.get<number>(HEADS, String(userId)) ?? 0
    const rows: LineRow[] = []
    for (let at = Number(after) + 1; at <= head && rows.length < Number(limit); at += 1) {
      const row = session.get<LineRow>(LINES, `${String(userId)}/${at}`)
      if (row) rows.push(row)
    }
    return rows
  },
]

const heads: Words = [
  'select epoch, user_id, user_seq from live_epoch',
  (session, [ids]) => {
    const rows = (ids as number[]).flatMap((userId) => {
      const userSeq = session.get<number>(HEADS, String(userId))
      return userSeq === undefined ? [] : [{ epoch: EPOCH, user_id: userId, user_seq: userSeq }]
    })
    return rows.length > 0 ? rows : [{ epoch: EPOCH, user_id: null, user_seq: null }]
  },
]

export const liveStatements: StatementOf = statementsWith([
  ['delete from user_events', () => []],
  append,
  lineAfter,
  heads,
])
