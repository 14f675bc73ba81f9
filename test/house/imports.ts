// What every file imports, read from text that Biome has formatted.
import { createRequire, isBuiltin } from 'node:module'
import { resolve } from 'node:path'
import { DOORS, ROOT, read, SOURCES, WORKSPACES } from './tree.ts'

export interface Import {
  readonly file: string
  readonly specifier: string
  /** The package, or `node:…`; undefined for a relative import. */
  readonly from: string | undefined
  /** The file of this repository that it means. */
  readonly target: string | undefined
  /** `*` for all. */
  readonly names: readonly string[]
  readonly isType: boolean
}

const STATIC =
  /^(?:import|export)(?<type> type)? (?:(?<names>[\w\s{},*$]+) from )?'(?<path>[^']+)'/gm
const DYNAMIC = /\bimport\('(?<path>[^']+)'\)/g

export const IMPORTS: readonly Import[] = SOURCES.flatMap((file) => {
  const statics = [...read(file).matchAll(STATIC)].map(({ groups = {} }) =>
    importOf(file, groups.path ?? '', namesIn(groups.names ?? ''), groups.type !== undefined),
  )
  const dynamics = [...read(file).matchAll(DYNAMIC)].map(({ groups = {} }) =>
    importOf(file, groups.path ?? '', ['*'], false),
  )
  return [...statics, ...dynamics]
})

// Grows until nothing is left that only test code imports.
const testCode = new Set(SOURCES.filter((file) => /^test\/|\/testing\/|\.test\.ts$/.test(file)))
const importersOf = Map.groupBy(IMPORTS, ({ target }) => target)
for (let before = 0; before !== testCode.size; ) {
  before = testCode.size
  const isOnlyTheirs = (file: string) =>
    importersOf.get(file)?.every((one) => testCode.has(one.file)) && !DOORS.has(file)
  for (const file of SOURCES.filter(isOnlyTheirs)) testCode.add(file)
}

/** A test, or a file that only tests import. */
export function isTestCode(file: string): boolean {
  return testCode.has(file)
}

function namesIn(clause: string): string[] {
  if (clause.includes('*')) return ['*']
  const names = clause.replace(/[{}]/g, '').split(',')
  return names.map((name) =>
    name
      .trim()
      .replace(/^type /, '')
      .replace(/ as .*/, ''),
  )
}

function importOf(file: string, specifier: string, names: string[], isType: boolean): Import {
  const from = specifier.startsWith('.') ? undefined : packageOf(specifier)
  return { file, specifier, from, names, isType, target: targetOf(file, specifier, from) }
}

function packageOf(specifier: string): string {
  if (isBuiltin(specifier)) return specifier
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

function targetOf(file: string, specifier: string, from: string | undefined): string | undefined {
  const isOurs = from === undefined || WORKSPACES.some(({ manifest }) => manifest.name === from)
  if (!isOurs) return undefined
  const path = resolvedPath(resolve(ROOT, file), specifier)
  return path?.startsWith(`${ROOT}/`) ? path.slice(ROOT.length + 1) : undefined
}

/** As Node resolves it; undefined when there is no such file, which is for tsc to say. */
function resolvedPath(from: string, specifier: string): string | undefined {
  try {
    return createRequire(from).resolve(specifier)
  } catch {
    return undefined
  }
}
