// Files that nothing leads to, and exports that nobody imports.
import { posix } from 'node:path'
import { exportsOf } from './exports.ts'
import { IMPORTS } from './imports.ts'
import { DOORS, read, SOURCES, WORKSPACES } from './tree.ts'

/** A program beside a file that starts it, such as a worker, is named in a string. */
const PATHS = /'([\w./-]+\.tsx?)'/g
/** Found by its name: tests by the runner, the configuration by `sosik`. */
const FOUND_BY_NAME = /\.test\.ts$|^[^/]+\.config\.ts$|\/sosik\.config\.ts$/

const SCRIPTS = WORKSPACES.flatMap(({ manifest }) => Object.values(manifest.scripts ?? {}))

export function deadFiles(): string[] {
  const imported = IMPORTS.filter(({ file, target }) => target !== file).map(({ target }) => target)
  const pointedAt = SOURCES.flatMap((file) =>
    [...read(file).matchAll(PATHS)].map(([, path = '']) => posix.join(posix.dirname(file), path)),
  )
  const alive = new Set([...imported, ...pointedAt, ...DOORS])
  const isStarted = (file: string) => SCRIPTS.some((line) => line.split(' ').includes(file))
  return SOURCES.filter((file) => !alive.has(file) && !FOUND_BY_NAME.test(file) && !isStarted(file))
}

/**
 * `file: name`. The doors' exports are for people whom we do not know, and a type may be exported
 * because something that is exported speaks of it.
 */
export function deadExports(): string[] {
  const used = new Set(
    IMPORTS.flatMap(({ file, target, names }) =>
      target === file ? [] : names.map((name) => `${target}: ${name}`),
    ),
  )
  const inside = SOURCES.filter((file) => !DOORS.has(file) && !FOUND_BY_NAME.test(file))
  return inside
    .filter((file) => !used.has(`${file}: *`))
    .flatMap((file) => {
      const names = exportsOf(file).filter(({ name, isType }) => !isType || !speaksOf(file, name))
      return names.map(({ name }) => `${file}: ${name}`)
    })
    .filter((name) => !used.has(name))
}

function speaksOf(file: string, type: string): boolean {
  return read(file).split(new RegExp(`\\b${type}\\b`)).length > 2
}
