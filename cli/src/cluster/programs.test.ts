// Missing programs are all named at once, with the packages that bring them.
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { findPrograms } from './programs.ts'

function binWith(context: TestContext, names: readonly string[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'sosik-programs-'))
  context.after(() => rmSync(dir, { recursive: true }))
  for (const name of names) {
    writeFileSync(join(dir, name), '')
    chmodSync(join(dir, name), 0o755)
  }
  return dir
}

test('one error names every missing program and every package', (context) => {
  const bin = binWith(context, ['initdb', 'postgres'])
  assert.throws(() => findPrograms([bin], true), {
    name: 'ClusterError',
    message:
      'Missing programs: java, mvn, redis-server. On Debian and Ubuntu:\n' +
      '  apt-get install -y openjdk-17-jre-headless maven redis-server',
  })
})

test('Maven is not asked for once the jars are there', (context) => {
  const bin = binWith(context, ['java', 'initdb', 'postgres', 'redis-server'])
  assert.equal(findPrograms([bin], false).java, join(bin, 'java'))
  assert.throws(() => findPrograms([bin], true), /Missing programs: mvn\./)
})

test('the first directory of the path wins', (context) => {
  const names = ['java', 'initdb', 'postgres', 'redis-server']
  const [first, second] = [binWith(context, names), binWith(context, names)]
  assert.equal(findPrograms([first, second], false).postgres, join(first, 'postgres'))
})
