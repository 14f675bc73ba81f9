// Every pane of the chat client and every page of the console keeps the rules of WCAG 2.1 A and AA.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TEXTS } from '@sosik/web/texts'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { OPERATOR_TOKEN, type Product, startProduct } from '../security/product.ts'
import { DESK, openChromium, openPage, PHONE } from './chromium.ts'
import { furnish, walkPanes } from './panes.ts'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']

let product: Product
let browser: Browser

before(async () => {
  ;[product, browser] = await Promise.all([startProduct({ workers: true }), openChromium()])
  await furnish(product.url)
})

after(async () => {
  await browser.close()
  await product.stop()
})

/** What breaks a rule in the page as it is now. */
async function faultsOf(page: Page, pane: string): Promise<string[]> {
  await page.evaluate(axe.source)
  // Inside of the page `axe` is what the line before has left there.
  const { violations } = await page.evaluate(
    (values) => axe.run({ runOnly: { type: 'tag', values } }),
    RULES,
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${pane}: ${id} at ${String(target)}: ${failureSummary}`,
    ),
  )
}

for (const { where, locale, texts, viewport, colorScheme } of [
  { where: 'a desk', locale: 'ko-KR', texts: TEXTS.ko, viewport: DESK, colorScheme: 'light' },
  { where: 'a phone', locale: 'en-US', texts: TEXTS.en, viewport: PHONE, colorScheme: 'dark' },
] as const) {
  test(`every pane is accessible on ${where}, where it is ${colorScheme}`, async () => {
    const { page } = await openPage(browser, locale, viewport)
    await page.emulateMedia({ colorScheme })
    const faults: string[] = []
    await walkPanes(page, product.url, texts, async (pane) => {
      faults.push(...(await faultsOf(page, pane)))
    })
    assert.equal(faults.join('\n'), '')
  })
}

test('every page of the console is accessible', async () => {
  const { page } = await openPage(browser, 'ko-KR')
  await page.goto(`${product.url}/console/`)
  await page.locator('input').fill(OPERATOR_TOKEN)
  const faults = await faultsOf(page, 'sign-in')
  await page.keyboard.press('Enter')
  const links = page.getByRole('navigation').getByRole('link')
  await links.first().waitFor()
  for (const name of await links.allTextContents()) {
    await page.getByRole('link', { name, exact: true }).click()
    await page.locator('main :is(table, form, h2)').first().waitFor()
    faults.push(...(await faultsOf(page, name)))
  }
  assert.equal(faults.join('\n'), '')
})
