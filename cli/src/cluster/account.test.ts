// Where PostgreSQL's files go when its account is not the one that starts it.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { outsideDirOf, postgresDirFor } from './account.ts'

const isRoot = process.getuid?.() === 0
const stranger = { uid: 65_534, gid: 65_534 }

function closedDir(context: TestContext, parent: string): string {
  const dir = mkdtempSync(join(parent, 'sosik-account-'))
  context.after(() => rmSync(dir, { recursive: true }))
  mkdirSync(join(dir, 'data'))
  return dir
}

test('the account that starts the cluster keeps the files in the data directory', (context) => {
  const dir = closedDir(context, tmpdir())
  assert.equal(postgresDirFor(join(dir, 'data'), undefined), join(dir, 'data', 'postgres'))
  assert.equal(statSync(dir).mode & 0o777, 0o700)
})

test('a closed temporary directory is opened for passing through only', {
  skip: !isRoot,
}, (context) => {
  const dir = closedDir(context, tmpdir())
  assert.equal(postgresDirFor(join(dir, 'data'), stranger), join(dir, 'data', 'postgres'))
  assert.equal(statSync(dir).mode & 0o777, 0o701)
})

test('any other closed directory stays closed, and the files go elsewhere', {
  skip: !isRoot,
}, (context) => {
  const dir = closedDir(context, '/var')
  assert.equal(postgresDirFor(join(dir, 'data'), stranger), outsideDirOf(join(dir, 'data')))
  assert.equal(statSync(dir).mode & 0o777, 0o700)
})
