// What a file exports, read from text that Biome has formatted.
import { read } from './tree.ts'

export interface Export {
  /** The one under which others import it. */
  readonly name: string
  readonly isType: boolean
}

const DECLARED = /^export (?:async )?(function\*?|class|const|let|interface|type) (\w+)/gm
const LISTED = /^export (type )?\{([^}]*)\}/gm

export function exportsOf(file: string): Export[] {
  const declared = [...read(file).matchAll(DECLARED)].map(([, kind = '', name = '']) => ({
    name,
    isType: kind === 'interface' || kind === 'type',
  }))
  const listed = [...read(file).matchAll(LISTED)].flatMap(([, type, list = '']) =>
    list.split(',').map((entry) => ({
      name: entry
        .trim()
        .replace(/^type /, '')
        .replace(/.* as /, ''),
      isType: type !== undefined || entry.trim().startsWith('type '),
    })),
  )
  return [...declared, ...listed].filter(({ name }) => name !== '')
}
