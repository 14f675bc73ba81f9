// The written pages are what the contract says now.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import test from 'node:test'
import { referencePages } from './pages.ts'

for (const [name, text] of Object.entries(referencePages())) {
  test(`docs/reference/${name} is as the contract says; else run npm run reference`, async () => {
    const written = await readFile(new URL(`../../docs/reference/${name}`, import.meta.url), 'utf8')
    assert.equal(written, `${text}\n`)
  })
}
