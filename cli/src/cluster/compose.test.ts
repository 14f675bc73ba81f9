// compose.yaml and `npm run cluster` are the same cluster: the settings of one are in the other.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { brokerSettings } from './broker-properties.ts'
import { KAFKA_VERSION } from './kafka-jars.ts'
import { portsFrom } from './ports.ts'

const compose = readFileSync(new URL('../../../compose.yaml', import.meta.url), 'utf8')

/** What differs because a container has a network and a disk of its own. */
const OWN_TO_EACH = new Set([
  'node.id',
  'controller.quorum.voters',
  'listeners',
  'advertised.listeners',
  'listener.security.protocol.map',
  'log.dirs',
])

test('the image is of the same version as the jars', () => {
  assert.ok(compose.includes(`image: apache/kafka:${KAFKA_VERSION}\n`))
})

test('every setting of a broker of three is given to the containers with the same value', () => {
  const settings = brokerSettings({
    nodeId: 1,
    brokerCount: 3,
    ports: portsFrom(20_000, 3),
    logDir: '/data',
    fastFailover: false,
  })
  for (const [name, value] of Object.entries(settings)) {
    const variable = `KAFKA_${name.replaceAll('.', '_').toUpperCase()}`
    const given = new RegExp(`^ +${variable}: '?([^'\\n]+)'?$`, 'm').exec(compose)?.[1]
    assert.ok(given !== undefined, `${variable} is missing`)
    if (!OWN_TO_EACH.has(name)) assert.equal(given, String(value), variable)
  }
})

test('no port is open to other machines', () => {
  const published = [...compose.matchAll(/ports: \['([^']+)'\]/g)].map((match) => match[1])
  assert.equal(published.length, 7)
  for (const port of published) assert.match(port ?? '', /^127\.0\.0\.1:\d+:\d+$/)
})
