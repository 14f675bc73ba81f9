// 11: every route, by everybody, with ids of every kind, answers as the rule beside it says.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ACCESS, ACTORS, type Actor, type Outcome } from '@sosik/contract/access'
import type { AnyRoute } from '@sosik/contract/route'
import { type Product, startProduct } from './product.ts'
import { lineOf, paramsOf, ROUTES, sampleOf } from './routes.ts'
import { MALFORMED, openScene, pathOf, type Scene, type Things, UNKNOWN } from './scene.ts'

type Kind = 'own' | 'foreign' | 'unknown' | 'malformed'
const KINDS: readonly Kind[] = ['own', 'foreign', 'unknown', 'malformed']

/** Open to everybody who may ask at all: there is nothing that could be somebody else's. */
const WITHOUT_PARTIES = ['anybody', 'person', 'operator', 'redriver', 'discarder']

/** Another one for every request. */
const DIFFERENT = ['date']
const REQUEST_ID = /urn:uuid:[-0-9a-f]+/

let product: Product
let foreign: Scene

before(async () => {
  product = await startProduct()
  foreign = await openScene(product)
})

after(() => product.stop())

interface Answered {
  readonly outcome: string
  /** All that a caller can tell one refusal from another by. */
  readonly shown: string
}

async function askAs(scene: Scene, actor: Actor, route: AnyRoute, things: Things) {
  const samples = { ...scene.given, ...scene.thingsOf(route) }
  const query = new URLSearchParams(sampleOf(route.query, samples) as Record<string, string>)
  const body = route.body && sampleOf(route.body, samples)
  const response = await product.ask(route.method, `${pathOf(route, things)}?${query}`, {
    token: scene.tokens[actor],
    ...(body && { body }),
  })
  return answered(response)
}

async function answered(response: Response): Promise<Answered> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    await response.body?.cancel()
    return { outcome: 'through', shown: '' }
  }
  const text = await response.text()
  const refusals = ['not_signed_in', 'not_allowed', 'not_found', 'body_invalid']
  const { code } = response.ok || text === '' ? {} : JSON.parse(text)
  assert.ok(response.status < 500, `${response.status} ${text}`)
  const headers = [...response.headers].filter(([name]) => !DIFFERENT.includes(name))
  return {
    outcome: refusals.includes(code) ? code : 'through',
    shown: JSON.stringify([response.status, text.replace(REQUEST_ID, ''), headers]),
  }
}

/** What the rule says of an id of that kind. */
function expected(route: AnyRoute, actor: Actor, kind: Kind): Outcome | 'body_invalid' {
  const own: Outcome = ACCESS[route.access][actor]
  if (own === 'not_signed_in' || (route.auth === 'operator' && own === 'not_allowed')) return own
  if (kind === 'malformed') return 'body_invalid'
  if (kind === 'own') return own
  if (WITHOUT_PARTIES.includes(route.access) && kind === 'foreign') return own
  return 'not_found'
}

function thingsOf(scene: Scene, route: AnyRoute, param: string | undefined, kind: Kind): Things {
  const things = scene.thingsOf(route)
  if (param === undefined || kind === 'own') return things
  const others = { foreign: foreign.thingsOf(route), unknown: UNKNOWN, malformed: MALFORMED }
  const other = others[kind]
  const thing = other[param]
  if (thing === undefined) throw new Error(`the scene knows no ${param} that is ${kind}`)
  return { ...things, [param]: thing }
}

for (const route of ROUTES) {
  test(`11 ${lineOf(route)}: ${ACCESS[route.access].says}`, async () => {
    const params = paramsOf(route)
    const shared = await openScene(product)
    for (const actor of ACTORS) {
      for (const param of params.length > 0 ? params : [undefined]) {
        const shown = new Map<Kind, string>()
        for (const kind of param === undefined ? (['own'] as const) : KINDS) {
          const rule = expected(route, actor, kind)
          // What goes through changes its scene.
          const scene = rule === 'through' ? await openScene(product) : shared
          const answer = await askAs(scene, actor, route, thingsOf(scene, route, param, kind))
          assert.equal(answer.outcome, rule, `${actor}, ${kind} ${param ?? ''}: ${answer.shown}`)
          shown.set(kind, answer.shown)
        }
        const areAlike = !WITHOUT_PARTIES.includes(route.access)
        if (areAlike) assert.equal(shown.get('foreign'), shown.get('unknown'), `${actor} ${param}`)
      }
    }
  })
}
