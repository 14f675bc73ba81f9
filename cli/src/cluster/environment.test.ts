// The lines that a shell evaluates.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { environmentOf, exportLines, fileLines } from './environment.ts'
import { portsFrom } from './ports.ts'
import { summaryOf } from './summary.ts'

const env = environmentOf(portsFrom(20_000, 3))

test('three lines export the addresses of all three', () => {
  assert.deepEqual(exportLines(env).split('\n'), [
    'export KAFKA_BROKERS=127.0.0.1:20000,127.0.0.1:20001,127.0.0.1:20002',
    'export DATABASE_URL=postgres://sosik@127.0.0.1:20006/sosik',
    'export REDIS_URL=redis://127.0.0.1:20007',
  ])
})

test('the file for node --env-file has the same without the export', () => {
  assert.equal(fileLines(env), `${exportLines(env).replaceAll('export ', '')}\n`)
})

test('a shell that evaluates them hands the same values to its children', () => {
  const print = 'process.stdout.write(JSON.stringify(process.env))'
  const script = `${exportLines(env)}\n"${process.execPath}" -e '${print}'`
  const seen = JSON.parse(execFileSync('sh', ['-c', script], { encoding: 'utf8' }))
  for (const [name, value] of Object.entries(env)) assert.equal(seen[name], value)
})

test('the summary names the directory in every command when it is not the usual one', () => {
  const text = summaryOf(env, { shownDir: 'other', option: ' --data other' }, 'Ctrl-C')
  assert.match(text, /eval "\$\(npm run --silent cluster -- --env --data other\)"/)
  assert.match(text, /npm run start:real/)
})
