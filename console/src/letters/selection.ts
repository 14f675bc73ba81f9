// Which dead letters are meant: all that fit the filter, or the one that was picked. Pure.
import { placeText } from '../words.ts'

export const FILTERS = ['type', 'key', 'code'] as const

export type Filter = Readonly<Record<(typeof FILTERS)[number], string>>

/** Where the event of one lies. */
export interface Picked {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export const filterOf = (fields: Readonly<Record<string, string>>): Filter => ({
  type: fields.type ?? '',
  key: fields.key ?? '',
  code: fields.code ?? '',
})

/** As the server takes it: what is empty says nothing. */
export function selectionOf(filter: Filter, picked?: Picked) {
  if (picked !== undefined) {
    const { topic, partition, offset } = picked
    return { topic, partition, offset }
  }
  const { type, key, code } = filter
  return { ...(type && { type }), ...(key && { key }), ...(code && { code }) }
}

/** Nothing is asked for by leaving the filter empty: then all of the group is said. */
export function askedFor(filter: Filter, picked: Picked | undefined) {
  const selection = selectionOf(filter, picked)
  return Object.keys(selection).length > 0 ? { selection } : { selection, all: true }
}

/** Undefined for all of the group. */
export function askedText(filter: Filter, picked: Picked | undefined): string | undefined {
  if (picked !== undefined) return placeText(picked)
  const said = FILTERS.filter((name) => filter[name] !== '')
  if (said.length === 0) return undefined
  return said.map((name) => `${name}=${filter[name]}`).join(' ')
}
