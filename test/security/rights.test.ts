// 22 to 24 and 28: each role does its work with the rights that are written down, and no more.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { messenger } from '@sosik/contract/catalogue'
import { MessageSent } from '@sosik/contract/chat'
import type { readGroups } from '@sosik/contract/ops'
import type { AnswerOf } from '@sosik/contract/route'
import { searchGroup } from '@sosik/contract/search'
import { databaseRights, type Privilege } from '@sosik/server/src/rights/database.ts'
import { kafkaRights } from '@sosik/server/src/rights/kafka.ts'
import { LogRefusedError, PublishError } from 'sosik'
import { kafkaEventLog } from 'sosik/kafka'
import { until } from 'sosik/testing'
import { allow, rightsHeld, rightsWritten, withdraw } from './acls.ts'
import { OPERATOR_TOKEN } from './product.ts'
import { passwordOf, type RoleProducts, startRoleProducts } from './roles.ts'
import { group, json, say } from './talk.ts'

const SEARCH = `worker:${searchGroup.name}` as const
const TOPIC = MessageSent.topic.name
const EVERY_TOPIC = messenger.topics.flatMap(({ name, deadLetterTopic }) => [name, deadLetterTopic])
const EVERY_GROUP = messenger.groups.map(({ name }) => name)
/** Whoever is told late is not told at all: a relay looks four times a second. */
const STILL_MS = 1_500

let products: RoleProducts

before(async () => {
  products = await startRoleProducts()
})

after(() => products.stop())

test('22 brokers let each principal do what the table says, a stranger nothing', async () => {
  const { secured } = products
  await secured.setPassword('stranger', passwordOf('stranger'))
  const names = { topics: EVERY_TOPIC, groups: EVERY_GROUP }
  const written = Map.groupBy(kafkaRights(), ({ principal }): string => principal)
  for (const principal of [...written.keys(), 'stranger']) {
    const held = await secured.as(principal, passwordOf(principal), (connection) =>
      rightsHeld(connection, names),
    )
    assert.deepEqual(held, rightsWritten(written.get(principal) ?? []), principal)
  }
})

test('23 a consumer writes no source, reads and resets no others, makes no topics', async () => {
  const foreign = 'user.events.dlq'
  const others = 'chat-consumer-group'
  const value = Buffer.from('{}')
  await products.log.append([{ topic: foreign, key: null, value, headers: [], partition: 0 }])
  const ends = async () => products.log.admin.offsets(TOPIC, 'latest')
  const log = await kafkaEventLog(products.secured.optionsOf(SEARCH, passwordOf(SEARCH)))
  const refused = { name: LogRefusedError.name }
  try {
    const before = await ends()
    const [written] = await log.append([{ topic: TOPIC, key: null, value, headers: [] }])
    assert.ok(written?.ok === false && written.error instanceof PublishError)
    assert.match(String((written.error.cause as Error).message), /authoriz/i)
    assert.deepEqual(await ends(), before)
    const reading = log.admin.read({ topic: foreign, partition: 0 }, 0n, 1n)
    await assert.rejects(reading[Symbol.asyncIterator]().next(), refused)
    const back = [{ topic: 'user.events', partition: 0, offset: 0n }]
    await assert.rejects(log.admin.alterCommitted(others, back), refused)
    const shape = { partitions: 1, replicationFactor: 1, config: {} }
    await assert.rejects(log.admin.createTopics([{ name: 'of.its.own', ...shape }]), refused)
    const listener = { assigned() {}, revoked() {}, lost() {}, records() {}, trouble() {} }
    await assert.rejects(log.join({ group: others, topics: [TOPIC], listener }), refused)
  } finally {
    await log.close()
  }
})

test('28 the console tells who is in each group, with the right to look at it', async () => {
  const told = async () => {
    const console = products.of('console')
    const response = await console.ask('GET', '/ops/groups', { token: OPERATOR_TOKEN })
    const text = await response.text()
    assert.equal(response.status, 200, text)
    return (JSON.parse(text) as AnswerOf<typeof readGroups>).items
  }
  await until('a worker in each', async () =>
    (await told()).every(({ state }) => state === 'stable'),
  )
  for (const { group, members, topics } of await told()) {
    assert.deepEqual(
      members.map(({ client_id, host }) => [client_id, host]),
      [['sosik', '127.0.0.1']],
      group,
    )
    const held = members.flatMap((member) => member.topics.map(({ topic }) => topic))
    assert.deepEqual(held.sort(), topics.map(({ topic }) => topic).sort(), group)
  }
})

const troublesOf = (role: (typeof products.roles)[number], part: string) =>
  products.of(role).lines.filter((line) => line.includes(`"${part}"`) && /trouble/.test(line))
    .length

async function openRoom() {
  const api = products.of('api')
  const [one, other] = [await api.somebody(), await api.somebody()]
  const room = await group(api, one, other)
  return {
    async say(text: string) {
      assert.equal((await say(api, one, room, text, text)).status, 201)
    },
    found: async (text: string): Promise<number> =>
      (await json(api, 'GET', `/search/messages?text=${text}`, other)).body.items.length,
  }
}

const still = () => new Promise((resolve) => setTimeout(resolve, STILL_MS))

test('24 a worker without its rights says so, commits nothing, and goes on with them', async () => {
  const room = await openRoom()
  await room.say('anfangs')
  await until('it is found', async () => (await room.found('anfangs')) === 1)
  const rights = kafkaRights()
    .filter(
      ({ principal, name }) => principal === SEARCH && [TOPIC, searchGroup.name].includes(name),
    )
    .map((right) => ({ ...right, operations: ['READ'] as const }))
  const committed = async () =>
    (await products.log.admin.committed(searchGroup.name, [TOPIC])).map(({ offset }) =>
      String(offset),
    )
  const { asSuperuser } = products.secured
  await until('all is committed', async () => {
    const before = String(await committed())
    await still()
    return String(await committed()) === before
  })
  const [before, troubles] = [await committed(), troublesOf(SEARCH, searchGroup.name)]
  await asSuperuser((connection) => withdraw(connection, rights))
  await until('it says so', () => troublesOf(SEARCH, searchGroup.name) > troubles)
  // A fetch that was let in before is answered yet.
  await still()
  await room.say('dazwischen')
  await still()
  assert.deepEqual([await room.found('dazwischen'), await committed()], [0, before])
  await asSuperuser((connection) => allow(connection, rights))
  await until('it goes on', async () => (await room.found('dazwischen')) === 1)
  await room.say('danach')
  await until('and on', async () => (await room.found('danach')) === 1)
})

test('24 a relay without a right keeps what waits, and holds no key for it', async () => {
  const room = await openRoom()
  const right = {
    principal: 'relay',
    resource: 'topic',
    name: TOPIC,
    operations: ['WRITE'],
  } as const
  const { asSuperuser } = products.secured
  const figure = async (name: string) => {
    const response = await products.of('relay').ask('GET', '/metrics', { token: OPERATOR_TOKEN })
    return new RegExp(`^${name} (\\d+)$`, 'm').exec(await response.text())?.[1]
  }
  const troubles = troublesOf('relay', 'relay')
  await asSuperuser((connection) => withdraw(connection, [right]))
  await room.say('zurück')
  await until('it says so', () => troublesOf('relay', 'relay') > troubles)
  await still()
  assert.equal(await room.found('zurück'), 0)
  assert.equal(await figure('sosik_outbox_held_keys'), '0')
  assert.notEqual(await figure('sosik_outbox_unsent_rows'), '0')
  await asSuperuser((connection) => allow(connection, [right]))
  await until('it goes on', async () => (await room.found('zurück')) === 1)
})

const PRIVILEGES: readonly Privilege[] = ['select', 'insert', 'update', 'delete', 'truncate']

test('28 each role can use the tables that it needs, and no other', async () => {
  const { database } = products
  const held = await database.query<{ role: string; line: string }>(
    `select rolname as role, relname || ' ' || privilege as line
     from pg_roles, pg_class, unnest($1::text[]) as privilege
     where rolcanlogin and not rolsuper and rolname <> 'sosik' and relkind = 'r'
       and relnamespace = 'public'::regnamespace
       and has_table_privilege(rolname, pg_class.oid, privilege)
     union all
     select rolname, relname || ' ' || attname
     from pg_roles, pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0
     where rolcanlogin and not rolsuper and rolname <> 'sosik' and relkind = 'r'
       and relnamespace = 'public'::regnamespace
       and not has_table_privilege(rolname, pg_class.oid, 'select')
       and has_column_privilege(rolname, pg_class.oid, attname, 'select')`,
    [PRIVILEGES],
  )
  const byRole = Map.groupBy(held, ({ role }) => role)
  for (const [role, rights] of databaseRights()) {
    const written = rights.flatMap(({ table, privileges, columns }) =>
      (columns ?? privileges).map((what) => `${table} ${what}`),
    )
    const lines = (byRole.get(role) ?? []).map(({ line }) => line)
    assert.deepEqual(lines.sort(), written.sort(), role)
  }
  assert.equal(byRole.get('stranger'), undefined)
  const tries: [role: string, query: string][] = [
    ['relay', 'select content from chat_message'],
    ['gateway', 'select password_hash from user_account'],
    [SEARCH, 'select email from user_account'],
    [SEARCH, 'select value from outbox'],
    ['api', 'update outbox set value = value'],
    ['api', 'create table of_its_own ()'],
    ['stranger', 'select from user_account'],
  ]
  for (const [role, query] of tries) {
    const own = products.databaseOf(role)
    await assert.rejects(own.query(query), { code: '42501' }, `${role}: ${query}`)
    await own.close()
  }
})
