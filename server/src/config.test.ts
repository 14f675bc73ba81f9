// The configuration shows every fault at once, and knows what it was asked for.
import assert from 'node:assert/strict'
import test from 'node:test'
import { ConfigError, readConfig } from './config.ts'

const REAL = {
  KAFKA_BROKERS: '127.0.0.1:9092,127.0.0.1:9093',
  DATABASE_URL: 'postgres://sosik@127.0.0.1/sosik',
  REDIS_URL: 'redis://127.0.0.1:6379',
}

test('without a word everything runs embedded, in every role', () => {
  const config = readConfig([], {})
  assert.ok(config !== 'help')
  assert.equal(config.real, undefined)
  assert.equal(config.port, 3000)
  assert.equal(config.roles.length, 9)
  assert.deepEqual([config.trustedProxies, config.rateFactor], [[], 1])
  assert.equal(config.largeRoomMembers, 500)
})

test('what a large room is can be said, within what a room may have', () => {
  const config = readConfig([], { LARGE_ROOM_MEMBERS: '3' })
  assert.equal(config !== 'help' && config.largeRoomMembers, 3)
  for (const LARGE_ROOM_MEMBERS of ['0', '2.5', '2001', 'many', '']) {
    assert.throws(() => readConfig([], { LARGE_ROOM_MEMBERS }), /LARGE_ROOM_MEMBERS/)
  }
})

test('real parts come from three variables, and roles can be chosen', () => {
  const config = readConfig(['--real', '--role', 'api', '--role', 'relay'], REAL)
  assert.ok(config !== 'help')
  assert.deepEqual(config.real?.kafkaBrokers, ['127.0.0.1:9092', '127.0.0.1:9093'])
  assert.deepEqual(config.roles, ['api', 'relay'])
})

test('a login to the brokers comes from the environment too', () => {
  const login = { KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_USERNAME: 'alice', KAFKA_PASSWORD: 'sesame' }
  const config = readConfig(['--real'], { ...REAL, ...login, KAFKA_TLS: 'true' })
  assert.ok(config !== 'help')
  const sasl = { mechanism: 'PLAIN', username: 'alice', password: 'sesame' }
  assert.deepEqual(config.real?.kafkaSecurity, { sasl, tls: {} })
  assert.throws(() => readConfig(['--real'], { ...REAL, KAFKA_TLS: 'maybe' }), /KAFKA_TLS/)
})

test('proxies are addresses or networks, and limits can be multiplied or lifted', () => {
  const read = (environment: NodeJS.ProcessEnv) => {
    const config = readConfig([], environment)
    assert.ok(config !== 'help')
    return [config.trustedProxies, config.rateFactor]
  }
  const proxies = ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1']
  assert.deepEqual(read({ TRUSTED_PROXIES: proxies.join(',') }), [proxies, 1])
  assert.deepEqual(read({ RATE_LIMIT_FACTOR: '0' }), [[], 0])
  for (const wrong of ['proxy.example', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/x', 'true']) {
    assert.throws(() => read({ TRUSTED_PROXIES: wrong }), /TRUSTED_PROXIES/)
  }
  for (const wrong of ['-1', 'many', '1e9']) {
    assert.throws(() => read({ RATE_LIMIT_FACTOR: wrong }), /RATE_LIMIT_FACTOR/)
  }
})

test('files are in the data folder, in another one, or in a bucket', () => {
  const filesOf = (environment: Record<string, string>) => {
    const config = readConfig([], environment)
    assert.ok(config !== 'help')
    return config.files
  }
  assert.deepEqual(filesOf({ DATA: '/data' }), { folder: '/data/files', s3: undefined })
  assert.equal(filesOf({ SOSIK_FILES_FOLDER: '/shared' }).folder, '/shared')
  const bucket = {
    SOSIK_FILES_S3_URL: 'https://s3.example.com/bucket/files',
    SOSIK_FILES_S3_ACCESS_KEY_ID: 'sosik',
    SOSIK_FILES_S3_SECRET_ACCESS_KEY: 'sesame',
  }
  assert.deepEqual(filesOf(bucket).s3, {
    url: 'https://s3.example.com/bucket/files',
    region: 'us-east-1',
    accessKeyId: 'sosik',
    secretAccessKey: 'sesame',
  })
  assert.equal(filesOf({ ...bucket, SOSIK_FILES_S3_REGION: 'auto' }).s3?.region, 'auto')
  for (const name of Object.keys(bucket)) {
    assert.throws(() => filesOf({ ...bucket, [name]: '' }), new RegExp(name))
  }
  for (const url of [
    'https://s3.example.com/',
    'https://a.b/c/',
    'https://a.b/c?d',
    's3://bucket',
  ]) {
    assert.throws(() => filesOf({ ...bucket, SOSIK_FILES_S3_URL: url }), /SOSIK_FILES_S3_URL/, url)
  }
})

test('the console alone needs the token that it asks for', () => {
  const alone = ['--real', '--role', 'console']
  assert.throws(() => readConfig(alone, REAL), /--role console needs OPERATOR_TOKEN or OPERATORS/)
  const OPERATOR_TOKEN = 'one of sixteen or more'
  const config = readConfig(alone, { ...REAL, OPERATOR_TOKEN })
  assert.equal(config !== 'help' && config.operators.length, 1)
  const all = readConfig(['--real'], REAL)
  assert.deepEqual(all !== 'help' && all.operators, [])
})

test('operators are told by name, rights and token, each with a token of their own', () => {
  const [mina, sora] = ['a token of sixteen', 'another of sixteen']
  const operatorsOf = (given: NodeJS.ProcessEnv) => {
    const config = readConfig([], given)
    return config === 'help' ? [] : config.operators
  }
  assert.deepEqual(operatorsOf({ OPERATORS: `Mina:discard+read:${mina},Sora:read:${sora}` }), [
    { name: 'Mina', token: mina, rights: ['read', 'discard'] },
    { name: 'Sora', token: sora, rights: ['read'] },
  ])
  const [shared] = operatorsOf({ OPERATOR_TOKEN: mina })
  assert.deepEqual([shared?.name, shared?.rights], [undefined, ['read', 'redrive', 'discard']])
  for (const text of ['Mina', `:read:${mina}`, `Mina::${mina}`, `Mina:all:${mina}`, 'Mina:read:x'])
    assert.throws(() => operatorsOf({ OPERATORS: text }), /OPERATORS is NAME:RIGHTS:TOKEN/, text)
  const same = { OPERATOR_TOKEN: mina, OPERATORS: `Mina:read:${mina}` }
  assert.throws(() => operatorsOf(same), /its own token/)
})

test('all faults are told in one error', () => {
  const environment = { PORT: '99999', OPERATOR_TOKEN: 'short', LOG_LEVEL: 'loud', REDIS_URL: 'x' }
  assert.throws(
    () => readConfig(['--real', '--role', 'worker:nobody'], environment),
    (error) => {
      assert.ok(error instanceof ConfigError)
      for (const name of ['PORT', 'OPERATOR_TOKEN', 'LOG_LEVEL', 'KAFKA_BROKERS', 'DATABASE_URL']) {
        assert.ok(error.message.includes(name), name)
      }
      assert.match(error.message, /REDIS_URL/)
      assert.match(error.message, /worker:nobody/)
      assert.match(error.message, /npm run cluster/)
      return true
    },
  )
})

test('a role without the real parts is refused, and help is help', () => {
  assert.throws(() => readConfig(['--role', 'api'], {}), /start:real/)
  assert.equal(readConfig(['--help'], {}), 'help')
})
