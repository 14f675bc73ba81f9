// A PGlite of its own for a test, quickly: a copy of one that was made before.
import { PGlite } from '@electric-sql/pglite'
import { readFile, writeFile } from 'node:fs/promises'
import { pgliteDatabase } from '../postgres/pglite.ts'
import type { Database } from '../postgres/sql.ts'
import { pgliteImage } from './real.ts'

/** Makes an empty database and leaves its image in the file, for `scratchPglite`. */
export async function writePgliteImage(file: string): Promise<void> {
  const engine = await PGlite.create()
  const image = await engine.dumpDataDir('none')
  await engine.close()
  await writeFile(file, Buffer.from(await image.arrayBuffer()))
}

/**
 * An empty database in memory. It begins as a copy of the image that `PGLITE_IMAGE` names, for a
 * fourth of what it takes to make one; without an image it is made.
 */
export async function scratchPglite(): Promise<Database> {
  const file = pgliteImage()
  if (file === undefined) return pgliteDatabase()
  return pgliteDatabase(undefined, new Blob([await readFile(file)]))
}
