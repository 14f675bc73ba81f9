// A domain event as the catalogue declares it, and a new one before it has an id.
import { type Static, type TObject, type TProperties, Type } from 'typebox'
import type { Topic } from './topic.ts'

/** Fields whose value can be a partition key or a subject: present always, text or whole number. */
type KeyField<Fields extends TProperties> = {
  [Name in keyof Static<TObject<Fields>> & string]: undefined extends Static<TObject<Fields>>[Name]
    ? never
    : Static<TObject<Fields>>[Name] extends string | number
      ? Name
      : never
}[keyof Static<TObject<Fields>> & string]

export interface EventDefinition<
  Name extends string = string,
  TopicName extends string = string,
  Data = never,
> {
  readonly kind: 'event'
  readonly name: Name
  readonly topic: Topic<TopicName>
  /** JSON Schema; the order of its properties is the order on the wire. */
  readonly schema: TObject
  /** The field whose value is the record's key. */
  readonly key: string
  /** The field that names the aggregate, for `ce_subject`. */
  readonly subject: string
  readonly version: number
  readonly upcasters: Upcasters
  /** Fields that are personal data: masked wherever a person reads along. */
  readonly personal: readonly string[]
  readonly example: Data
  /** Whether a record that names no type is taken for this one of several with its fields. */
  readonly assumed: boolean
  /** A new event of this kind; it is checked when it is published. */
  of(data: Data): NewEvent
}

/** From a version to the next: what turns its data into the next version's. */
export type Upcasters = Readonly<Record<number, (data: Record<string, unknown>) => unknown>>

/** Any definition, whatever its data. */
// oxlint-disable-next-line typescript/no-explicit-any -- takes and gives data of every kind
export type AnyEvent = EventDefinition<string, string, any>

export type DataOf<Event extends AnyEvent> = Event['example']

/** An event that has happened but has no id yet: the outbox or the producer gives it one. */
export interface NewEvent {
  readonly definition: AnyEvent
  readonly data: object
}

export interface EventOptions<Fields extends TProperties, TopicName extends string> {
  readonly topic: Topic<TopicName>
  readonly key: NoInfer<KeyField<Fields>>
  readonly data: Fields
  readonly example: NoInfer<Static<TObject<Fields>>>
  readonly subject?: NoInfer<KeyField<Fields>>
  readonly version?: number
  readonly upcasters?: Upcasters
  readonly assumed?: boolean
  readonly personal?: readonly NoInfer<keyof Static<TObject<Fields>> & string>[]
}

/** Declares an event. A key that is no field that is always there does not compile. */
export function event<
  const Name extends string,
  Fields extends TProperties,
  TopicName extends string,
>(
  name: Name,
  options: EventOptions<Fields, TopicName>,
): EventDefinition<Name, TopicName, Static<TObject<Fields>>> {
  const definition: EventDefinition<Name, TopicName, Static<TObject<Fields>>> = {
    kind: 'event',
    name,
    topic: options.topic,
    schema: Type.Object(options.data),
    key: options.key,
    subject: options.subject ?? options.key,
    version: options.version ?? 1,
    upcasters: options.upcasters ?? {},
    personal: options.personal ?? [],
    example: options.example,
    assumed: options.assumed ?? false,
    of: (data) => ({ definition, data }),
  }
  return definition
}
