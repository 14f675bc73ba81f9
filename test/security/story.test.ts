// 22 and 28 as a whole: with the rights that are written down the document is true, step by step.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { tellDocument } from '../story/document.ts'
import { createStory } from '../story/steps.ts'
import { openFront } from '../support/front.ts'
import { type RoleProducts, startRoleProducts } from './roles.ts'

const DENIED = /permission denied|authorization/i

let products: RoleProducts

before(async () => {
  products = await startRoleProducts()
})

after(() => products.stop())

test('22 with the rights of the tables, and no others, the whole document is true', async () => {
  const urls = products.roles.map((role) => products.of(role).url)
  const [apis, gateways] = [[products.of('api').url], [products.of('gateway').url]]
  const front = await openFront({ apis, gateways })
  const lines: string[] = []
  const story = createStory((line) => lines.push(line))
  try {
    await tellDocument(story, { url: front.url, processUrls: urls })
  } catch (cause) {
    throw new Error(lines.join('\n'), { cause })
  } finally {
    await front.close()
  }
  for (const role of products.roles) {
    const denied = products.of(role).lines.filter((line) => DENIED.test(line))
    assert.deepEqual(denied, [], role)
  }
})
