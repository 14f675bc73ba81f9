// Login and encryption are read whole, and all that is wrong is said at once, without secrets.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readKafkaSecurity } from './environment.ts'

const LOGIN = { KAFKA_USERNAME: 'alice', KAFKA_PASSWORD: 'open sesame' }

test('without a variable there is neither login nor encryption', () => {
  assert.deepEqual(read({}), { security: {}, faults: [] })
  assert.deepEqual(read({ KAFKA_TLS: 'false' }), { security: {}, faults: [] })
})

test('a login and an authority are read together', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sosik-security-'))
  try {
    const file = join(folder, 'ca.pem')
    writeFileSync(file, 'an authority')
    const tls = { KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: file }
    const { security, faults } = read({ ...LOGIN, ...tls, KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512' })
    assert.deepEqual(faults, [])
    assert.deepEqual(security, {
      sasl: { mechanism: 'SCRAM-SHA-512', username: 'alice', password: 'open sesame' },
      tls: { ca: 'an authority' },
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('every fault is told, and no password in it', () => {
  const files = { KAFKA_TLS_CA_FILE: '/nowhere', KAFKA_TLS_CERT_FILE: import.meta.filename }
  const { faults } = read({ ...files, KAFKA_SASL_MECHANISM: 'GSSAPI', KAFKA_PASSWORD: 'sesame' })
  const told = faults.join('\n')
  for (const name of ['MECHANISM is', 'USERNAME', 'CA_FILE names', 'CA_FILE needs', 'KEY_FILE']) {
    assert(told.includes(name), `${name} is missing: ${told}`)
  }
  assert(!told.includes('sesame'))
  assert.match(read({ KAFKA_TLS: 'yes' }).faults.join(), /KAFKA_TLS is/)
  assert.match(read(LOGIN).faults.join(), /KAFKA_SASL_MECHANISM is/)
})

function read(environment: Readonly<Record<string, string>>) {
  const faults: string[] = []
  return { security: readKafkaSecurity(environment, faults), faults }
}
