// `npm run reference`: writes docs/reference anew.
import { writeFile } from 'node:fs/promises'
import { referencePages } from './pages.ts'

const folder = new URL('../../docs/reference/', import.meta.url)
for (const [name, text] of Object.entries(referencePages())) {
  await writeFile(new URL(name, folder), `${text}\n`)
}
