// A list as an answer: always an object, so that it can grow.
import { type TSchema, Type } from 'typebox'

export const page = <Item extends TSchema>(item: Item) => Type.Object({ items: Type.Array(item) })
