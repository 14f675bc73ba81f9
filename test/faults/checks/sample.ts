// A small true history for the checks' tests: one message through everything, and ways to break it.
import type { History } from '../records/history.ts'
import type {
  EffectRow,
  EventRow,
  MessageRow,
  NewsRow,
  RecordRow,
  Truth,
} from '../records/truth.ts'
import type { Check } from './check.ts'

type Commands = History['commands'][number]

const WRITER = 'search-1.1'
/** Where murmur2 puts key 7 of ten partitions. */
const PARTITION = 9
const STAMP = { atUs: 0, wallMs: 0 }
const TOPIC = 'message.events'
const GROUP = 'search-indexer-group'

/** Seq 1 to `count` in room 7, all of it done as it should be. */
export function trueHistory(count = 2): History {
  const seqs = Array.from({ length: count }, (_, at) => at + 1)
  const truth: Truth = {
    epoch: 'a',
    messages: seqs.map(messageOf),
    readMarkers: [{ roomId: 7, userId: 2, seq: count }],
    friendships: [],
    events: seqs.map(eventOf),
    effects: seqs.map(effectOf),
    news: seqs.map(newsOf),
    records: seqs.map(recordOf),
    deadLetters: [],
    buried: [],
    crashes: 0,
    positions: [{ group: GROUP, topic: TOPIC, partition: PARTITION, committed: count, end: count }],
    countedByJava: count,
  }
  return {
    commands: seqs.flatMap(commandLines),
    streams: [
      { ...STAMP, is: 'opened', userId: 2, from: undefined },
      { ...STAMP, is: 'ready', userId: 2, head: 'a.0' },
      ...truth.news.map(({ userId, seq, type, subject, roomId }) => {
        const news = { userId, cursor: `a.${seq}`, type, subject, roomId }
        return { ...STAMP, is: 'news', ...news } as const
      }),
    ],
    workers: [
      {
        ...STAMP,
        writer: WRITER,
        is: 'begin',
        instance: WRITER,
        hears: { [GROUP]: ['MessageSent'] },
      },
      ...seqs.map((seq) => doneLine(seq - 1, seq)),
      commitLine(count, count + 1),
    ],
    nemesis: [],
    probes: [{ ...STAMP, is: 'backlog', unsent: 0, written: count }],
    truth,
  }
}

export const at = { writer: WRITER, group: GROUP, topic: TOPIC, partition: PARTITION } as const

export const doneLine = (offset: number, atUs: number): History['workers'][number] => ({
  ...at,
  wallMs: 0,
  atUs,
  is: 'done',
  offset,
  outcome: 'handled',
})

export const commitLine = (offset: number, atUs: number): History['workers'][number] => ({
  ...at,
  wallMs: 0,
  atUs,
  is: 'commit',
  offset,
  ownership: 1,
})

export function commandLines(seq: number): Commands[] {
  const command = `c${seq}`
  const result = { message_id: `m${seq}`, seq }
  return [
    { ...STAMP, is: 'invoke', command, kind: 'message', userId: 1, roomId: 7 },
    { ...STAMP, is: 'ok', command, api: 'api-1', tries: 1, result },
  ]
}

export const messageOf = (seq: number): MessageRow => ({
  roomId: 7,
  seq,
  messageId: `m${seq}`,
  userId: 1,
  clientId: `c${seq}`,
  content: 'hello',
})

export const eventOf = (seq: number): EventRow => ({
  id: seq,
  eventId: `e${seq}`,
  topic: TOPIC,
  key: '7',
  type: 'MessageSent',
  hash: `h${seq}`,
  subject: `m${seq}`,
  seq,
  isSent: true,
})

export const recordOf = (seq: number): RecordRow => ({
  topic: TOPIC,
  partition: PARTITION,
  offset: seq - 1,
  key: '7',
  eventId: `e${seq}`,
  type: 'MessageSent',
  hash: `h${seq}`,
})

export const effectOf = (seq: number): EffectRow => ({
  id: seq,
  group: GROUP,
  topic: TOPIC,
  partition: PARTITION,
  offset: seq - 1,
  key: '7',
  eventId: `e${seq}`,
  instance: WRITER,
  ownership: 1,
  redrives: 0,
})

export const newsOf = (seq: number): NewsRow => ({
  userId: 2,
  seq,
  type: 'message',
  subject: `m${seq}`,
  roomId: 7,
})

/** The history with parts of its truth exchanged. */
export const withTruth = (history: History, truth: Partial<Truth>): History => ({
  ...history,
  truth: { ...history.truth, ...truth },
})

export const violationsOf = (check: Check, history: History): readonly string[] =>
  check.run(history).violations
