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

/** What `appendLetters` asks with. */
type Letters = readonly [
  people: number[],
  counts: number[],
  userIds: number[],
  numbers: number[],
  types: string[],
  titles: string[],
  places: number[],
  bodies: string[],
]

function rowsOf([, , userIds, numbers, types, titles, places, bodies]: Letters): LineRow[] {
  return userIds.map((userId, at) => ({
    userId,
    userSeq: numbers[at] ?? 0,
    type: types[at] ?? '',
    title: titles[at] ?? '',
    data: JSON.parse(bodies[(places[at] ?? 1) - 1] ?? '{}') as object,
  }))
}

const append: Words = [
  'with heads as',
  async (session, values) => {
    const letters = values as unknown as Letters
    const [people, counts] = letters
    const rows = rowsOf(letters)
    const heads = people.map((userId, at) => [userId, counts[at] ?? 0] as const)
    const starts: object[] = []
    for (const [userId, count] of heads.toSorted(([left], [right]) => left - right)) {
      const key = String(userId)
      // Locked before it is read: the next number is known when the others have committed.
      await session.lock(`${HEADS}/${key}`)
      const before = session.get<number>(HEADS, key) ?? 0
      await session.put(HEADS, key, before + count)
      for (const row of rows.filter((one) => one.userId === userId)) {
        const userSeq = before + row.userSeq
        await session.put(LINES, `${key}/${userSeq}`, { ...row, userSeq })
      }
      starts.push({ epoch: EPOCH, user_id: userId, before })
    }
    return starts
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
