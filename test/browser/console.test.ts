// The operator's face in a real browser: signing in, looking, and bringing a dead letter back.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createRoom, sendMessage } from '@sosik/contract/chat'
import { searchGroup } from '@sosik/contract/search'
import { createClient } from '@sosik/client'
import type { Browser, Page } from 'playwright-core'
import { until } from 'sosik/testing'
import { OPERATOR_TOKEN, type Product, startProduct } from '../security/product.ts'
import { openChromium, openPage, type Watched } from './chromium.ts'

const SHOTS = process.env.SHOTS
let product: Product
let browser: Browser
let watched: Watched
let page: Page

before(async () => {
  product = await startProduct({ workers: true })
  browser = await openChromium()
  watched = await openPage(browser, 'en-US')
  page = watched.page
})

after(async () => {
  await browser.close()
  await product.stop()
})

async function shot(name: string) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` })
}

test('nobody sees anything before signing in, and no other token does', async () => {
  await page.goto(`${product.url}/console`)
  await page.getByLabel("The operator's token").fill('an entirely different token')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText("This is not the operator's token.").waitFor()
  await shot('1-refused')
  assert.equal(await page.getByRole('navigation').count(), 0)
  await page.getByLabel("The operator's token").fill(OPERATOR_TOKEN)
  await page.keyboard.press('Enter')
  await page.getByRole('navigation').waitFor()
})

test('the overview shows', async () => {
  const client = (token: string) => createClient({ baseUrl: product.url, token })
  const [mina, junho] = [await product.somebody(), await product.somebody()]
  const { database } = product.parts
  await database.query('alter table search_message rename to search_message_away')
  const room = await client(mina.token).call(createRoom, {
    body: { room_type: 'direct', member_ids: [junho.userId] },
  })
  const sent = await client(mina.token).call(sendMessage, {
    params: { room_id: room.room_id },
    body: { client_message_id: '1', content: '안녕' },
  })
  await until('a dead letter', async () => {
    const rows = await database.query('select 1 from dead_letter where consumer_group = $1', [
      searchGroup.name,
    ])
    return rows.length === 1
  })
  await database.query('alter table search_message_away rename to search_message')
  await page.reload()
  await page.getByRole('row', { name: searchGroup.name }).waitFor()
  await page.waitForTimeout(6000)
  await shot('2-overview')
  await page.getByRole('link', { name: searchGroup.name }).click()
  await page.getByRole('cell', { name: 'MessageSent' }).first().waitFor()
  await shot('3-letters')
  for (const name of ['Outbox', 'Figures', 'Topics']) {
    await page.getByRole('link', { name }).click()
    await page.waitForTimeout(700)
    await shot(`4-${name}`)
  }
  await page.getByRole('link', { name: 'Trace' }).click()
  await page.getByLabel('Message id').fill(sent.message_id)
  await page.getByLabel('User id').fill(String(junho.userId))
  await page.getByRole('button', { name: 'Trace' }).click()
  await page.waitForTimeout(1500)
  await shot('5-why')
  await page.getByRole('button', { name: '한국어' }).click()
  await page.getByRole('link', { name: '실패한 이벤트' }).click()
  await page.waitForTimeout(700)
  await shot('6-ko')
  console.log(
    watched.complaints,
    product.lines.filter((l) => /"level":(4|5|6)0/.test(l)).slice(0, 5),
  )
})
