// One record's way through a group: decode, attempts, and a dead letter when they are used up.
import type { Catalogue } from '../catalogue/catalogue.ts'
import {
  type ConsumerGroup,
  type Delivery,
  type Handler,
  type Handlers,
  isSideEffect,
} from '../catalogue/group.ts'
import type { AnyEvent } from '../catalogue/event.ts'
import { type Clock, sleep } from '../clock.ts'
import type { Bury } from '../dead-letters/bury.ts'
import type { DeadLetterReason } from '../dead-letters/letter.ts'
import { diagnostics } from '../diagnostics.ts'
import { CrashPoisonError } from '../errors.ts'
import { type Decoded, decode } from '../envelope/decode.ts'
import type { DomainEvent } from '../envelope/envelope.ts'
import type { LogRecord } from '../log/log.ts'
import type { Outcome } from './account.ts'
import type { Alone } from './alone.ts'
import { type Backoff, backoffMs } from './backoff.ts'
import type { ReplayInbox } from './commit-metadata.ts'
import { Attempt, withinDeadline } from './deadline.ts'
import type { Effects } from './effects.ts'
import { failureKind } from './failure.ts'
import { newsOf } from './news.ts'
import type { Passage } from './passage.ts'
import { beside, type Start, STARTS_MAX } from './noting.ts'

export interface AttemptParts<Context> {
  readonly catalogue: Catalogue
  readonly group: ConsumerGroup
  readonly handlers: Handlers
  readonly effects: Effects<Context>
  readonly clock: Clock
  readonly alone: Alone
  readonly passage: Passage
  readonly random: () => number
}

/** What a record's run is. */
export interface Run extends Pick<Delivery, 'redrives' | 'isReplay'> {
  /** Given while the partition's starts are noted. */
  readonly start?: Start | undefined
  /** Given in a replay. */
  readonly inbox?: ReplayInbox | undefined
}

/** Resolves with how the record ended, or undefined when `signal` ended the wait before that. */
export type HandleRecord<Buried = Outcome> = (
  record: LogRecord,
  signal: AbortSignal,
  run?: Run,
) => Promise<Outcome | Buried | undefined> | Outcome

export const FIRST_RUN: Run = { redrives: 0, isReplay: false }
const OUTAGE_BACKOFF: Backoff = { delayMsMin: 250, delayMsMax: 5_000 }

/** `bury` takes what failed for good; what it answers is how such a record ended. */
export function recordHandler<Context, Buried>(
  parts: AttemptParts<Context>,
  bury: Bury<Buried>,
): HandleRecord<Buried> {
  const { group } = parts
  const handlers = new Map(Object.entries(parts.handlers)) as Map<
    string,
    Handler<AnyEvent, Context>
  >

  return (record, signal, run = FIRST_RUN) => {
    const burial = (error: Error, attempts: number) =>
      bury(record, reasonOf(group, run, { error, firstError: error, attempts }), signal)
    const { starts = 0 } = run.start ?? {}
    if (starts >= STARTS_MAX) {
      return burial(new CrashPoisonError(starts), starts)
    }
    let decoded: Decoded
    try {
      decoded = decode(parts.catalogue, record)
    } catch (error) {
      return burial(error as Error, 0)
    }
    const type = decoded.known ? decoded.event.type : decoded.type
    const handler = handlers.get(type)
    const isLeftOut = run.inbox === 'side_effect_free' && handler && isSideEffect(handler)
    if (!decoded.known || handler === undefined || isLeftOut) {
      if (diagnostics.skipped.isHeard) diagnostics.skipped.publish(newsOf(record, group.name, type))
      return 'skipped'
    }
    return attempt(parts, record, { event: decoded.event, handler, run, bury }, signal)
  }
}

interface Work<Context, Buried> {
  readonly event: DomainEvent
  readonly handler: Handler<AnyEvent, Context>
  readonly run: Run
  readonly bury: Bury<Buried>
}

async function attempt<Context, Buried>(
  parts: AttemptParts<Context>,
  record: LogRecord,
  { event, handler, run, bury }: Work<Context, Buried>,
  signal: AbortSignal,
): Promise<Outcome | Buried | undefined> {
  const { group, clock } = parts
  const news = () => newsOf(record, group.name, event.type)
  let failures = 0
  let outages = 0
  let firstError: Error | undefined
  while (!signal.aborted) {
    const entered = parts.passage.enter(signal)
    const pass = typeof entered === 'number' ? entered : await entered
    if (pass === undefined) return undefined
    try {
      const delivery = new Attempt(failures + 1, run)
      const call = (context: Context) =>
        withinDeadline(clock, group.handlerMsMax, delivery, () =>
          handler(event, Object.assign(delivery, context)),
        )
      const once = () => parts.effects(event, call, delivery)
      if (run.start === undefined || failures + outages > 0) await beside(parts.alone, once)
      else if (!(await run.start.around(once))) {
        parts.passage.ended(pass, event.key, undefined)
        return undefined
      }
      parts.passage.ended(pass, event.key, 'ok')
      if (diagnostics.handled.isHeard) diagnostics.handled.publish(news())
      return 'handled'
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown))
      const failure = failureKind(error)
      parts.passage.ended(pass, event.key, failure)
      if (failure === 'outage') {
        outages += 1
        diagnostics.paused.publish({ ...news(), eventId: event.id, attempt: outages, error })
        await sleep(clock, backoffMs(OUTAGE_BACKOFF, outages, parts.random), signal)
        continue
      }
      failures += 1
      outages = 0
      firstError ??= error
      if (failure === 'permanent' || failures >= group.attemptsMax) {
        const reason = reasonOf(group, run, { error, firstError, attempts: failures })
        return bury(record, { ...reason, eventId: event.id, eventType: event.type }, signal)
      }
      diagnostics.retried.publish({ ...news(), eventId: event.id, attempt: failures, error })
      await sleep(clock, backoffMs(retriesOf(group), failures, parts.random), signal)
    }
  }
  return undefined
}

const reasonOf = (
  group: ConsumerGroup,
  { redrives, isReplay }: Run,
  failed: Pick<DeadLetterReason, 'error' | 'firstError' | 'attempts'>,
): DeadLetterReason => ({ ...failed, group: group.name, redrives, isReplay })

const retriesOf = (group: ConsumerGroup): Backoff => ({
  delayMsMin: group.retryDelayMsMin,
  delayMsMax: group.retryDelayMsMax,
})
