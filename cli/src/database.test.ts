// What is wrong with a database is a sentence that helps, without its password.
import assert from 'node:assert/strict'
import test from 'node:test'
import { scratchDatabase } from 'sosik/testing'
import { CommandError } from './command-error.ts'
import { openDatabase } from './database.ts'

test('a database that does not answer is named, its password is not', async () => {
  const database = openDatabase({ database: 'postgres://minsu:secret@127.0.0.1:1/shop' })
  await assert.rejects(database.query('select 1'), (error) => {
    assert.ok(error instanceof CommandError)
    assert.match(error.message, /^The database shop at 127\.0\.0\.1:1 does not answer \(connect /)
    assert.doesNotMatch(error.message, /secret/)
    return true
  })
  await database.close()
})

test('what is no address is refused', () => {
  assert.throws(() => openDatabase({ database: 'shop' }), /postgres:\/\/user:password@host/)
})

test('a database without the tables is another one than the application has', async () => {
  const scratch = await scratchDatabase()
  const database = openDatabase({ database: scratch.url })
  try {
    await assert.rejects(database.query('select * from dead_letter'), (error) => {
      assert.ok(error instanceof CommandError)
      assert.match(error.message, /lacks a table \(.*dead_letter.*\)\. The application makes it/)
      return true
    })
    await assert.rejects(database.query('selec'), /refuses: syntax error/)
  } finally {
    await database.close()
    await scratch.close()
  }
})
