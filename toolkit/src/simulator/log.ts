// The event log as one process sees it: over a link that is late, loses answers and may be cut.
import { readHeaders } from '../envelope/headers.ts'
import { PublishError, RecordTooLargeError, TimeoutError } from '../errors.ts'
import type { AppendResult, EventLog, JoinOptions, LogAdmin, NewRecord } from '../log/log.ts'
import { partitionOf } from '../log/partition.ts'
import { placeOf } from '../log/place.ts'
import type { Faults } from './faults.ts'
import type { Link } from './link.ts'
import { appendMishap, fateOf } from './mishaps.ts'
import { SessionMember } from './member.ts'
import type { RareState } from './rare-states.ts'

export interface LogLinkOptions {
  /** The broker. */
  readonly log: EventLog
  readonly link: Link
  readonly faults: Faults
  readonly partitionsOf: (topic: string) => number
  readonly tell: (what: string) => void
  readonly reach: (state: RareState) => void
}

export interface LinkedLog extends EventLog {
  /** Nothing passes between the process and the brokers; its sessions may end over it. */
  cut(forMs: number): void
}

export function linkedLog(options: LogLinkOptions): LinkedLog {
  const { log, link, faults, tell, reach } = options
  const members = new Set<SessionMember>()

  /** One request a partition, as a producer sends them; each has its own fate. */
  async function appendTo(place: string, records: readonly NewRecord[]): Promise<AppendResult[]> {
    const mishap = appendMishap(faults, reach)
    const fate = fateOf(mishap)
    if (fate !== '') tell(`append to ${place}${fate}`)
    try {
      const taken = records.slice(0, refusedAt(records, faults))
      const results = await link.ask(`append ${place}`, () => log.append(taken), mishap)
      return [...results, ...refusals(records.length - taken.length)]
    } catch (error) {
      return records.map(() => ({ ok: false, error: error as Error }))
    }
  }

  return {
    admin: linkedAdmin(options),
    async append(records) {
      const byPlace = Map.groupBy(records.entries(), ([, record]) => {
        const { topic, partition, key } = record
        const chosen =
          partition ?? partitionOf(key ?? new Uint8Array(), options.partitionsOf(topic))
        return placeOf({ topic, partition: chosen })
      })
      const results: AppendResult[] = []
      await Promise.all(
        [...byPlace].map(async ([place, group]) => {
          const answers = await appendTo(
            place,
            group.map(([, record]) => record),
          )
          for (const [index, [at]] of group.entries()) {
            const answer = answers[index]
            if (answer) results[at] = answer
          }
        }),
      )
      return results
    },
    async join(joining: JoinOptions) {
      const member = new SessionMember({ ...options, joining })
      members.add(member)
      await member.join()
      return member
    },
    cut(forMs) {
      link.cut(forMs)
      for (const member of members) member.cutOff()
    },
    async close() {
      await Promise.all([...members].map((member) => member.leave()))
    },
  }
}

/** Where the first record is that the brokers will never take. */
function refusedAt(records: readonly NewRecord[], faults: Faults): number {
  const at = records.findIndex(({ headers }) => {
    const { id } = readHeaders(headers)
    return id !== undefined && faults.isRefusedForGood(id)
  })
  return at < 0 ? records.length : at
}

/** That record, and those behind it, which must not overtake it. */
function refusals(count: number): AppendResult[] {
  const cause = new RecordTooLargeError('The brokers never take it.')
  return Array.from({ length: count }, (_, at) => {
    const error = at === 0 ? cause : new PublishError('One before it was refused.', { cause })
    return { ok: false, error }
  })
}

function linkedAdmin({ log: { admin }, link, faults }: LogLinkOptions): LogAdmin {
  const ask = <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    const failed = faults.happens('adminFailed')
    return link.ask('admin', work, failed ? { refused: new TimeoutError('The brokers.') } : {})
  }
  return {
    brokerCount: () => ask(() => admin.brokerCount()),
    createTopics: (topics) => ask(() => admin.createTopics(topics)),
    deleteTopics: (names) => ask(() => admin.deleteTopics(names)),
    describeTopics: (names) => ask(() => admin.describeTopics(names)),
    alterTopicConfig: (name, config) => ask(() => admin.alterTopicConfig(name, config)),
    offsets: (topic, at) => ask(() => admin.offsets(topic, at)),
    committed: (group, topics) => ask(() => admin.committed(group, topics)),
    alterCommitted: (group, commits) => ask(() => admin.alterCommitted(group, commits)),
    describeGroup: (group) => ask(() => admin.describeGroup(group)),
    async *read(partition, from, to) {
      yield* await ask(() => Array.fromAsync(admin.read(partition, from, to)))
    },
  }
}
