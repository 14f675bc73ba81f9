// A real browser for tests: Debian's Chromium, headless, with all that it complains of at hand.
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

const PROGRAM = '/usr/bin/chromium'
/** Of each thing that a test waits for. */
const WAIT_MS_MAX = 20_000

/** Throws where there is none: a test that needs a browser does not pass without one. */
export async function openChromium(): Promise<Browser> {
  if (!existsSync(PROGRAM)) throw new Error(`There is no ${PROGRAM}: apt-get install chromium`)
  return chromium.launch({
    executablePath: PROGRAM,
    // The machine's own sandbox, where root runs the tests, lets Chromium have none inside.
    args: ['--no-sandbox'],
    // Where nothing says how names of files are written, it takes them for ASCII.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  })
}

export interface Watched {
  readonly page: Page
  /** Errors of its scripts, what its policy refused, and whatever it warned of. */
  readonly complaints: readonly string[]
}

export const DESK = { width: 1_280, height: 800 }
export const PHONE = { width: 390, height: 844 }

/** A page of somebody who has never been here, in their language, in a window of that size. */
export async function openPage(
  browser: Browser,
  locale: string,
  viewport = DESK,
): Promise<Watched> {
  const context = await browser.newContext({ locale, viewport })
  context.setDefaultTimeout(WAIT_MS_MAX)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  return { page, complaints }
}
