// A PGlite of its own for a test, quickly: a copy of one that was made before.
import { PGlite } from '@electric-sql/pglite'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { pgliteDatabase } from '../postgres/pglite.ts'
import type { Database } from '../postgres/sql.ts'
import { pgliteImage } from './real.ts'

/**
 * An empty database in memory. It begins as a copy of the image that `PGLITE_IMAGE` names, for a
 * fourth of what it takes to make one; the first who finds no image there leaves one.
 */
export async function scratchPglite(): Promise<Database> {
  const file = pgliteImage()
  return file === undefined ? pgliteDatabase() : pgliteDatabase(undefined, await imageIn(file))
}

async function imageIn(file: string): Promise<Blob> {
  try {
    return new Blob([await readFile(file)])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return makeImage(file)
  }
}

/** Written aside and then renamed: nobody reads half of it. */
async function makeImage(file: string): Promise<Blob> {
  const engine = await PGlite.create()
  const image = await engine.dumpDataDir('none')
  await engine.close()
  const draft = `${file}.${process.pid}`
  await writeFile(draft, Buffer.from(await image.arrayBuffer()))
  await rename(draft, file)
  return image
}
