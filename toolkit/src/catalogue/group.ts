// A consumer group as the catalogue declares it, and the handlers that its events ask for.
import type { DomainEvent } from '../envelope/envelope.ts'
import type { AnyEvent, NewEvent } from './event.ts'
import type { Topic } from './topic.ts'

/** What happens to a key's later events after one of them was dead-lettered. */
export type AfterDeadLetter = 'continue' | 'park'

/** A group's name is a promise: renaming it reads its topics again from the start. */
export interface ConsumerGroup<TopicName extends string = string> {
  readonly kind: 'group'
  readonly name: string
  readonly topics: readonly Topic<TopicName>[]
  readonly afterDeadLetter: AfterDeadLetter
  /** How many instances it is meant to run as; said in docs and alarms, not enforced. */
  readonly instances: number
  /** Keys at work at once in one instance; a key's events are always one after the other. */
  readonly concurrencyMax: number
  /**
   * At least so long from records to the next fetch of their broker, so that a group that nobody
   * waits for takes many at once, at a fraction of the cost; after a silence it is at once.
   */
  readonly fetchIntervalMsMin: number
  readonly attemptsMax: number
  /** How long one attempt's handler may take before it is given up as failed. */
  readonly handlerMsMax: number
  readonly retryDelayMsMin: number
  readonly retryDelayMsMax: number
}

export interface ConsumerGroupOptions<TopicName extends string> {
  readonly topics: readonly Topic<TopicName>[]
  readonly afterDeadLetter: AfterDeadLetter
  readonly instances?: number
  readonly concurrencyMax?: number
  readonly fetchIntervalMsMin?: number
  readonly attemptsMax?: number
  readonly handlerMsMax?: number
  readonly retryDelayMsMin?: number
  readonly retryDelayMsMax?: number
}

const CONCURRENCY_MAX = 16
const FETCH_INTERVAL_MS_MIN = 0
const ATTEMPTS_MAX = 3
const HANDLER_MS_MAX = 30_000
const RETRY_DELAY_MS_MIN = 200
const RETRY_DELAY_MS_MAX = 5_000

export function consumerGroup<TopicName extends string>(
  name: string,
  options: ConsumerGroupOptions<TopicName>,
): ConsumerGroup<TopicName> {
  return {
    kind: 'group',
    name,
    topics: options.topics,
    afterDeadLetter: options.afterDeadLetter,
    instances: options.instances ?? 1,
    concurrencyMax: options.concurrencyMax ?? CONCURRENCY_MAX,
    fetchIntervalMsMin: options.fetchIntervalMsMin ?? FETCH_INTERVAL_MS_MIN,
    attemptsMax: options.attemptsMax ?? ATTEMPTS_MAX,
    handlerMsMax: options.handlerMsMax ?? HANDLER_MS_MAX,
    retryDelayMsMin: options.retryDelayMsMin ?? RETRY_DELAY_MS_MIN,
    retryDelayMsMax: options.retryDelayMsMax ?? RETRY_DELAY_MS_MAX,
  }
}

/** What a handler is told of this attempt beside the event. Take its fields: do not spread it. */
export interface Delivery {
  /** Aborts when the attempt's time is up: what the handler still does then counts for nothing. */
  readonly signal: AbortSignal
  /** 1 for the first attempt. */
  readonly attempt: number
  /** How often the event was brought back from the dead letters. */
  readonly redrives: number
  /** Whether the group was set back, so that it may have handled the event before. */
  readonly isReplay: boolean
}

/** Takes an event and returns the events that follow from it. */
export type Handler<Event extends AnyEvent, Context> = (
  event: DomainEvent<Event>,
  context: Context & Delivery,
) => Promise<readonly NewEvent[] | void> | readonly NewEvent[] | void

const sideEffects = new WeakSet<object>()

/** Marks a handler that does more than write: mail, push, calls. A replay can leave it out. */
export function sideEffect<Marked extends Handler<never, never>>(handler: Marked): Marked {
  sideEffects.add(handler)
  return handler
}

export const isSideEffect = (handler: object): boolean => sideEffects.has(handler)

type EventsOn<Event extends AnyEvent, TopicName extends string> = Event extends AnyEvent
  ? Event['topic']['name'] extends TopicName
    ? Event
    : never
  : never

type NamedEvent<Event extends AnyEvent, Name extends string> = Event extends { name: Name }
  ? Event
  : never

/** One handler an event that the group hears; a name that is no event of its topics is an error. */
export type Handlers<
  Event extends AnyEvent = AnyEvent,
  TopicName extends string = string,
  Context = unknown,
> = {
  readonly [Name in EventsOn<Event, TopicName>['name']]?: Handler<NamedEvent<Event, Name>, Context>
}
