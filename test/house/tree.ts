// The repository's own files and workspaces, as the house rules read them.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

export interface Workspace {
  /** Path from the root; empty for the root itself. */
  readonly folder: string
  readonly manifest: Manifest
}

/** What the rules read of a package.json. */
export interface Manifest {
  readonly name: string
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
}

export const ROOT = resolve(import.meta.dirname, '../..')

/** Every file from the root, sorted; without what is hidden or installed. */
export const FILES: readonly string[] = globSync('**', {
  cwd: ROOT,
  exclude: ({ name }) => /^(node_modules|\..+)$/.test(name),
  withFileTypes: true,
})
  .filter((entry) => entry.isFile())
  .map((entry) => resolve(entry.parentPath, entry.name).slice(ROOT.length + 1))
  .sort()

export const SOURCES: readonly string[] = FILES.filter((file) => /\.tsx?$/.test(file))

const texts = new Map<string, string>()

export function read(file: string): string {
  const text = texts.get(file) ?? readFileSync(resolve(ROOT, file), 'utf8')
  texts.set(file, text)
  return text
}

export const WORKSPACES: readonly Workspace[] = FILES.filter((file) =>
  /(^|\/)package\.json$/.test(file),
).map((file) => ({
  folder: dirname(file) === '.' ? '' : dirname(file),
  manifest: JSON.parse(read(file)) as Manifest,
}))

/** What package.json offers to others by name; a pattern such as `./*` offers nothing by itself. */
export const DOORS: ReadonlySet<string> = new Set(
  WORKSPACES.flatMap(({ folder, manifest }) => {
    const paths = Object.values({ ...manifest.bin, ...manifest.exports })
    return paths.filter((path) => !path.includes('*')).map((path) => join(folder, path))
  }),
)

/** The workspace that a file lies in; the root's for `test/`, `bench/` and `examples/`. */
export function workspaceOf(file: string): Workspace {
  const own = WORKSPACES.find(({ folder }) => folder !== '' && file.startsWith(`${folder}/`))
  const root = WORKSPACES.find(({ folder }) => folder === '')
  if (!root) throw new Error('There is no package.json at the root.')
  return own ?? root
}
