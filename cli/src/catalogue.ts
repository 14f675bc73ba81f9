// The catalogue that a command works on: what `sosik.config.ts` of the folder names.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Catalogue } from 'sosik/catalogue'
import { CommandError } from './command-error.ts'

export const CONFIG_FILE = 'sosik.config.ts'

/** Throws `CommandError` when the file is missing or exports no `catalogue`. */
export async function loadCatalogue(path: string = CONFIG_FILE): Promise<Catalogue> {
  const file = resolve(path)
  if (!existsSync(file)) {
    throw new CommandError(`There is no ${path} here; it exports the catalogue as \`catalogue\`.`)
  }
  const { catalogue } = (await import(pathToFileURL(file).href)) as { catalogue?: Catalogue }
  if (catalogue === undefined) throw new CommandError(`${path} exports no \`catalogue\`.`)
  return catalogue
}
