// The operator's face in a real browser: signing in, looking, and bringing a dead letter back.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createClient } from '@sosik/client'
import { createRoom, sendMessage } from '@sosik/contract/chat'
import { searchGroup } from '@sosik/contract/search'
import type { Browser, Page } from 'playwright-core'
import { until } from 'sosik/testing'
import {
  OBSERVER_TOKEN,
  OPERATOR_TOKEN,
  type Product,
  REDRIVER_TOKEN,
  startProduct,
} from '../security/product.ts'
import { DESK, openChromium, openPage, PHONE, type Watched } from './chromium.ts'

const GROUP = searchGroup.name
const LINES_TWO_PX = 40
const CONTENT = '비밀 이야기'
/** Chromium tells every such answer as an error: one is of a wrong token, one of nobody's look. */
const REFUSALS = /status of 401/

let product: Product
let browser: Browser
let watched: Watched
let page: Page

before(async () => {
  ;[product, browser] = await Promise.all([startProduct({ workers: true }), openChromium()])
  watched = await openPage(browser, 'en-US')
  page = watched.page
})

after(async () => {
  await browser.close()
  await product.stop()
})

const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
/** The search group's. */
const rowOf = (table: string) =>
  page.getByRole('table', { name: table, exact: true }).getByRole('row', { name: GROUP })
const go = (name: string) => page.getByRole('link', { name, exact: true }).click()

/** A message that the search group fails for good, and could handle afterwards. */
async function letOneFail(): Promise<{ readonly messageId: string; readonly readerId: number }> {
  const { database } = product.parts
  const [mina, junho] = [await product.somebody(), await product.somebody()]
  const { call } = createClient({ baseUrl: product.url, token: mina.token })
  await database.query('alter table search_message rename to search_message_away')
  const { room_id } = await call(createRoom, {
    body: { room_type: 'direct', member_ids: [junho.userId] },
  })
  const { message_id: messageId } = await call(sendMessage, {
    params: { room_id },
    body: { client_message_id: '1', content: CONTENT },
  })
  await until('a dead letter', async () => {
    const text = 'select from dead_letter where consumer_group = $1'
    return (await database.query(text, [GROUP])).length === 1
  })
  await database.query('alter table search_message_away rename to search_message')
  return { messageId, readerId: junho.userId }
}

test('the console asks for the token, and lets no other one in', async () => {
  await page.goto(`${product.url}/console`)
  const token = page.getByLabel("The operator's token")
  await token.fill('another token of that length')
  await press('Sign in')
  await page.getByText("This is not the operator's token.").waitFor()
  assert.equal(await page.getByRole('navigation').count(), 0)
  await token.fill(OPERATOR_TOKEN)
  await page.keyboard.press('Enter')
  await rowOf('Consumer groups').waitFor()
  const kept = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), document.cookie]),
  )
  assert.ok(!kept.includes(OPERATOR_TOKEN) && kept.endsWith('""]'), kept)
})

test('a dead letter is seen, tried without effect, redriven, and gone', async () => {
  const { messageId, readerId } = await letOneFail()
  await page.reload()
  await rowOf('Consumer groups').getByText('1 stable').waitFor()
  await rowOf('Consumer groups').getByRole('strong').first().waitFor()
  await rowOf('Members').getByText('message.events 0–9').waitFor()
  await go(GROUP)
  const letters = page.getByRole('table', { name: 'Dead letters' })
  const letter = letters.getByRole('row', { name: 'MessageSent' })
  await letter.getByText('relation "search_message" does not exist').waitFor()
  assert.ok(!(await page.content()).includes(CONTENT))
  assert.ok(await page.getByRole('button', { name: 'Redrive', exact: true }).isDisabled())
  await page.getByLabel('Your name, for the audit').fill('minsu')
  await letter.getByRole('button', { name: 'Only this one' }).click()
  await press('Dry run')
  await page.getByText('Would take 1; nothing was asked for.').waitFor()
  await letter.getByText('open').waitFor()
  await press('Redrive')
  await letter.waitFor({ state: 'detached' })
  const run = page.getByRole('table', { name: 'Who asked for what' }).getByRole('row').nth(1)
  await run.getByText('minsu').waitFor()

  await go('Trace')
  await page.getByLabel('Message id').fill(messageId)
  await page.getByLabel('User id').fill(String(readerId))
  await press('Trace')
  await page.getByText("It stands in the person's line.").waitFor()
})

test('on a telephone no page is wider than it, and no name is broken', async () => {
  await page.setViewportSize(PHONE)
  const widths = () => page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
  for (const name of ['Overview', 'Dead letters', 'Outbox', 'Trace', 'Figures', 'Topics']) {
    await go(name)
    await page.locator('nav a[aria-current]', { hasText: name }).waitFor()
    await until('all of it', async () => (await page.getByText('One moment…').count()) === 0)
    const [needed = 0, there = 0] = await widths()
    assert.ok(needed <= there, `${name}: ${needed} px`)
  }
  const topic = page.getByRole('cell', { name: 'notification.events.dlq' })
  const { height } = (await topic.boundingBox()) ?? { height: 0 }
  assert.ok(height > 0 && height < LINES_TWO_PX, `${height} px`)
  await page.setViewportSize(DESK)
})

test('every page shows in both languages, and nothing is complained of', async () => {
  await go('Outbox')
  await page.getByRole('heading', { name: 'Outbox' }).waitFor()
  await go('Figures')
  await page.getByRole('table', { name: 'Messages' }).getByText('text 1').waitFor()
  await go('Topics')
  await page.getByRole('row', { name: 'message.events.dlq' }).waitFor()
  await press('한국어')
  assert.equal(await page.getAttribute('html', 'lang'), 'ko')
  await go('개요')
  await page.getByRole('table', { name: '컨슈머 그룹' }).waitFor()
  await page.reload()
  await page.getByRole('link', { name: '실패한 이벤트', exact: true }).waitFor()
  await press('로그아웃')
  await page.getByLabel('운영자 토큰').waitFor()
  assert.deepEqual(
    watched.complaints.filter((one) => !REFUSALS.test(one)),
    [],
  )
})

test('who may only read is offered no more, and a named token is the name', async () => {
  const token = page.getByLabel('운영자 토큰')
  await token.fill(OBSERVER_TOKEN)
  await page.keyboard.press('Enter')
  await go('실패한 이벤트')
  await page.getByRole('table', { name: '실패한 이벤트' }).waitFor()
  assert.equal(await page.getByRole('button', { name: '미리 보기' }).count(), 0)
  await press('로그아웃')
  await token.fill(REDRIVER_TOKEN)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '미리 보기' }).waitFor()
  await page.getByText('Junho').waitFor()
  assert.equal(await page.getByRole('button', { name: '폐기' }).count(), 0)
})
