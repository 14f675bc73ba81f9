// A list as an answer: always an object, so that it can grow.
import {
  type TArray,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
  Type,
} from 'typebox'

type Whole<Item extends TSchema> = TObject<{ items: TArray<Item> }>
type Page<Item extends TSchema, Next extends TProperties> = TObject<{
  items: TArray<Item>
  next: TOptional<TObject<Next>>
}>

/** A list that is never longer than its route says. */
export function page<Item extends TSchema>(item: Item): Whole<Item>
/** A list that goes on: `next` is there while there is more, and is the query that asks for it. */
export function page<Item extends TSchema, Next extends TProperties>(
  item: Item,
  next: Next,
): Page<Item, Next>
export function page(item: TSchema, next?: TProperties): TObject {
  const items = Type.Array(item)
  return next === undefined
    ? Type.Object({ items })
    : Type.Object({ items, next: Type.Optional(Type.Object(next)) })
}
