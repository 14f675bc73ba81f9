// What somebody has asked for, in words, for an audit that people read.
import { textOf } from './envelope/text.ts'

/** Of every field that is given; instants are those whose name ends in `Ms`. */
export function wordsOf(selection: object): Record<string, string> {
  const said = Object.entries(selection).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    said.map(([name, value]) => {
      if (value === null) return [name, 'none']
      if (value instanceof Uint8Array) return [name, textOf(value)]
      return [name, name.endsWith('Ms') ? new Date(Number(value)).toISOString() : String(value)]
    }),
  )
}
