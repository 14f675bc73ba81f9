// 33: nothing of the console is for everybody, and what an operator may do is granted one by one.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OPERATOR_RIGHTS, type OperatorRight } from '@sosik/contract/access'
import { chatGroup } from '@sosik/contract/chat'
import {
  OBSERVER_TOKEN,
  OPERATOR_TOKEN,
  type Product,
  REDRIVER_TOKEN,
  startProduct,
} from './product.ts'

const group = chatGroup.name
const BY = 'somebody else'
const LETTERS = { group, selection: {}, all: true, by: BY }
/** A way to use each right, by the routes that ask for it. */
type Use = readonly [method: string, path: string, body?: object]
const USES: Readonly<Record<OperatorRight, readonly Use[]>> = {
  read: [['GET', `/ops/dead-letters?group=${group}`]],
  redrive: [
    ['POST', '/ops/dead-letters/redrive', LETTERS],
    ['POST', '/ops/outbox/release', { selection: {}, all: true, by: BY }],
  ],
  discard: [
    ['POST', '/ops/dead-letters/discard', LETTERS],
    ['POST', '/ops/outbox/discard', { row_id: 1, by: BY }],
  ],
}

let product: Product

before(async () => {
  product = await startProduct({
    roles: ['console'],
    environment: {
      OPERATORS: `Mina:discard:${OBSERVER_TOKEN},Junho:read+redrive:${REDRIVER_TOKEN}`,
    },
  })
})

after(() => product.stop())

async function codeOf(token: string | undefined, [method, path, body]: Use) {
  const asked = { ...(token && { token }), ...(body && { body }) }
  const response = await product.ask(method, path, asked)
  const { code } = (await response.json()) as { readonly code?: string }
  return response.ok ? 'through' : code
}

const jsonOf = async (path: string, token: string) =>
  (await (await product.ask('GET', path, { token })).json()) as {
    readonly items: readonly { readonly by: string }[]
  }

test('33 reading, redriving and discarding are rights of their own', async () => {
  const holders = new Map<string | undefined, readonly string[]>([
    [OPERATOR_TOKEN, OPERATOR_RIGHTS],
    [REDRIVER_TOKEN, ['read', 'redrive']],
    [OBSERVER_TOKEN, ['discard']],
    ['a token that nobody was given', []],
    [undefined, []],
  ])
  for (const [token, rights] of holders) {
    for (const right of OPERATOR_RIGHTS) {
      for (const use of USES[right]) {
        const refusal = token === undefined ? 'not_signed_in' : 'not_allowed'
        const expected = rights.includes(right) ? 'through' : refusal
        assert.equal(await codeOf(token, use), expected, `${rights.join()} ${use[1]}`)
      }
    }
  }
})

test('33 the audit names whose token it was, whatever was written', async () => {
  for (const use of USES.redrive) await codeOf(REDRIVER_TOKEN, use)
  const [action] = (await jsonOf('/ops/outbox/actions', OPERATOR_TOKEN)).items
  const [run] = (await jsonOf(`/ops/dead-letters/runs?group=${group}`, OPERATOR_TOKEN)).items
  assert.deepEqual([action?.by, run?.by], ['Junho', 'Junho'])
  // A token that is nobody's own leaves the name to who has it.
  for (const use of USES.redrive) await codeOf(OPERATOR_TOKEN, use)
  const [latest] = (await jsonOf('/ops/outbox/actions', OPERATOR_TOKEN)).items
  assert.equal(latest?.by, BY)
})

test('33 who signs in by browser has their own rights and name, and no others', async () => {
  const headers = { 'sec-fetch-site': 'same-origin' }
  const body = { token: REDRIVER_TOKEN }
  const signedIn = await product.ask('POST', '/ops/session', { body, headers })
  const [cookie = ''] = (signedIn.headers.get('set-cookie') ?? '').split(';')
  const session = await product.ask('GET', '/ops/session', { headers: { cookie } })
  assert.deepEqual(await session.json(), { name: 'Junho', rights: ['read', 'redrive'] })
  const asked = { body: LETTERS, headers: { ...headers, cookie } }
  const discarding = await product.ask('POST', '/ops/dead-letters/discard', asked)
  assert.equal(discarding.status, 403)
})
