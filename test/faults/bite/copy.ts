// A copy of the tree with a flaw in it: the product that is here has no switch for one.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { ROOT } from '../../house/tree.ts'
import type { Edit } from './flaws.ts'

export interface Copy {
  readonly folder: string
  remove(): void
}

export function flawedCopy(edits: readonly Edit[]): Copy {
  const folder = mkdtempSync(join(tmpdir(), 'sosik-bite-'))
  for (const file of trackedFiles()) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(ROOT, file), join(folder, file))
  }
  linkModules('node_modules', folder)
  for (const { file, from, to } of edits) {
    const path = join(folder, file)
    writeFileSync(path, edited(readFileSync(path, 'utf8'), { file, from, to }))
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** The text with the flaw in it. Throws when the place is not there, or not only once. */
export function edited(text: string, { file, from, to }: Edit): string {
  const found = text.split(from).length - 1
  if (found === 1) return text.replace(from, () => to)
  throw new Error(`${file} has ${found} times, not once:\n${from}`)
}

/** Those of git, as they are now; new ones too. */
function trackedFiles(): string[] {
  const words = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
  const names = execFileSync('git', words, { cwd: ROOT, encoding: 'utf8' })
  return names.split('\0').filter((name) => name !== '')
}

/** Packages from outside are shared; our own ones are the copy's. */
function linkModules(folder: string, copy: string): void {
  mkdirSync(join(copy, folder))
  for (const name of readdirSync(join(ROOT, folder))) {
    const path = join(folder, name)
    if (name.startsWith('@')) {
      linkModules(path, copy)
      continue
    }
    const inRoot = relative(ROOT, realpathSync(join(ROOT, path)))
    const isOurs = !inRoot.startsWith('..') && !inRoot.startsWith('node_modules')
    symlinkSync(join(isOurs ? copy : ROOT, isOurs ? inRoot : path), join(copy, path))
  }
}
