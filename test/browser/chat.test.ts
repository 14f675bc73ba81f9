// The chat client in two browsers: what one person does, the other sees live.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import test from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { until } from 'sosik/testing'
import { withFolder } from '../support/parts.ts'
import { freePort, type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { openChromium, openPage, PHONE, type Watched } from './chromium.ts'
import { PASSWORD, PNG } from './panes.ts'

const OTHER_PASSWORD = 'donkey saddle charger'
/** Who is signed in is asked of the server: Chromium complains of the answer "nobody". */
const NOBODY = /status of 401/

const message = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text })
const button = (place: Page | Locator, name: string | RegExp) => place.getByRole('button', { name })

test('two people talk, and their pages follow', () =>
  withFolder(async (folder) => {
    const port = await freePort()
    const start = () => startServerProcess({ port, folder })
    let server: ServerProcess = await start()
    const browser = await openChromium()
    try {
      const mina = await openPage(browser, 'ko-KR')
      const junho = await openPage(browser, 'en-US', PHONE)
      await Promise.all([
        signUp(mina, server.url, {
          texts: ['처음이신가요? 회원가입', '회원가입'],
          who: ['mina', '김미나'],
        }),
        signUp(junho, server.url, {
          texts: ['New here? Create an account', 'Create an account'],
          who: ['junho', 'Junho'],
        }),
      ])
      await becomeFriends(mina.page, junho.page)
      await talk(mina.page, junho.page)
      await showImage(mina.page, junho.page)
      await passFile(mina.page, junho.page)
      await changeWhatWasSaid(mina.page, junho.page)
      await findAndRead(mina.page, junho.page)
      await meetInGroup(mina.page, junho.page)
      const complaints = [...mina.complaints, ...junho.complaints]
      assert.deepEqual(
        complaints.filter((one) => !NOBODY.test(one)),
        [],
      )

      await throughAbsence(mina.page, junho.page, {
        stop: () => server.kill(),
        start: async () => {
          server = await start()
        },
      })
      await sameAfterReload(junho)
      await part(mina.page, junho.page)
      await endElsewhere(mina.page, (await openPage(browser, 'ko-KR')).page, server.url)
      await speakEnglish(mina)
    } finally {
      await browser.close()
      await server.stop()
    }
  }))

interface SignUp {
  readonly texts: readonly [toRegister: string, register: string]
  readonly who: readonly [username: string, name: string]
}

async function signUp({ page }: Watched, url: string, { texts, who }: SignUp): Promise<void> {
  const [toRegister, register] = texts
  const [username, name] = who
  await page.goto(url)
  await button(page, toRegister).click()
  await page.locator('[name=email]').fill(`${username}@example.com`)
  await page.locator('[name=username]').fill(username)
  await page.locator('[name=name]').fill(name)
  await page.locator('[name=password]').fill(PASSWORD)
  await button(page, register).first().click()
  await page.getByRole('navigation').waitFor()
}

async function becomeFriends(mina: Page, junho: Page): Promise<void> {
  await mina.getByRole('link', { name: /^친구/ }).click()
  const sought = mina.getByRole('searchbox', { name: '친구 이름, 아이디 검색' })
  await sought.fill('junho')
  await mina.keyboard.press('Enter')
  await button(mina, '친구 추가').click()
  await mina.getByText('요청함').waitFor()
  await sought.fill('')
  await mina.getByRole('list', { name: '보낸 요청' }).getByText('@junho').waitFor()

  await junho.getByRole('link', { name: /^Notifications, 2 new/ }).click()
  await junho.getByText('김미나').waitFor()
  await button(junho, 'Mark all as read').click()
  await junho.getByRole('link', { name: 'Notifications', exact: true }).waitFor()
  await junho.getByRole('link', { name: 'Friends' }).click()
  await button(junho, 'Accept').click()
  await button(junho, 'Chat with 김미나').waitFor()
  await mina.getByRole('list', { name: '친구', exact: true }).getByText('접속 중').waitFor()
}

/** Who has the chat open reads it at once; who has not sees how much there is. */
async function talk(mina: Page, junho: Page): Promise<void> {
  await button(mina, 'Junho님과 대화').click()
  await say(mina, '메시지', '안녕! 오늘 저녁 어때?')
  await message(mina, '안녕!').getByRole('img', { name: '1명이 읽지 않음' }).waitFor()
  await junho.getByRole('link', { name: 'Chats, 1 new' }).click()
  await junho.getByRole('link', { name: /1 unread/ }).click()
  await message(junho, '안녕!').waitFor()
  await message(mina, '안녕!').getByRole('img').waitFor({ state: 'detached' })

  await junho.getByRole('textbox', { name: 'Message' }).pressSequentially('Good')
  await mina.getByText('Junho님이 입력 중').waitFor()
  await say(junho, 'Message', 'Good! At seven?')
  await message(mina, 'At seven?').waitFor()
  await mina.getByText('Junho님이 입력 중').waitFor({ state: 'detached' })
}

async function showImage(mina: Page, junho: Page): Promise<void> {
  const image = { name: 'dot.png', mimeType: 'image/png', buffer: PNG }
  await junho.getByLabel('Send an image').setInputFiles(image)
  const shown = mina.getByRole('img', { name: 'Junho님이 보낸 사진' })
  await shown.waitFor()
  const width = () => shown.evaluate((one) => (one as HTMLImageElement).naturalWidth)
  await until('the image is loaded', async () => (await width()) === 1)
}

/** Saved under the name that it was sent with; an empty one is not sent at all. */
async function passFile(mina: Page, junho: Page): Promise<void> {
  const choice = junho.getByLabel('Send a file')
  const of = (name: string, text: string) => ({
    name,
    mimeType: 'text/plain',
    buffer: Buffer.from(text),
  })
  await choice.setInputFiles([of('nothing.txt', ''), of('장보기.txt', '두부, 파')])
  await junho.getByText('nothing.txt is empty.').waitFor()
  const link = mina.getByRole('link', { name: '장보기.txt 11바이트' })
  await link.waitFor()
  const [download] = await Promise.all([mina.waitForEvent('download'), link.click()])
  assert.equal(download.suggestedFilename(), '장보기.txt')
  assert.equal(await readFile(await download.path(), 'utf8'), '두부, 파')
}

async function changeWhatWasSaid(mina: Page, junho: Page): Promise<void> {
  await choose(message(mina, '오늘 저녁'), '메시지 메뉴', '수정')
  await mina.getByRole('textbox', { name: '메시지' }).fill('안녕! 내일 저녁 어때?')
  await mina.keyboard.press('Enter')
  await message(junho, '내일 저녁').getByText('edited').waitFor()

  await choose(message(junho, 'At seven?'), 'Message options', 'Delete')
  await button(junho.getByRole('dialog'), 'Delete').click()
  await message(mina, '삭제된 메시지입니다.').waitFor()
  assert.equal(await message(mina, 'At seven?').count(), 0)
}

async function findAndRead(mina: Page, junho: Page): Promise<void> {
  await mina.getByRole('link', { name: '검색', exact: true }).click()
  await until('the index has the message', async () => {
    await mina.getByRole('searchbox', { name: '메시지 검색' }).fill('저녁')
    await mina.keyboard.press('Enter')
    await mina.waitForTimeout(200)
    return (await mina.locator('mark').count()) > 0
  })
  assert.equal(await mina.locator('mark').first().textContent(), '저녁')
  await mina.locator('mark').first().click()
  await message(mina, '내일 저녁').waitFor()

  await junho.getByRole('link', { name: 'Back' }).click()
  await say(mina, '메시지', '읽었어?')
  await junho.getByRole('link', { name: /읽었어.*1 unread/ }).click()
  await message(junho, '읽었어?').waitFor()
}

async function meetInGroup(mina: Page, junho: Page): Promise<void> {
  await mina.getByRole('link', { name: /^채팅/ }).click()
  await button(mina, '새 그룹').click()
  await mina.getByRole('textbox', { name: '그룹 이름' }).fill('점심 모임')
  await mina.getByRole('checkbox', { name: 'Junho' }).check()
  await button(mina, '만들기').click()
  await mina.getByRole('heading', { name: '점심 모임' }).waitFor()
  await say(mina, '메시지', '다들 어디?')
  await junho.getByRole('link', { name: 'Back' }).click()
  await junho.getByRole('link', { name: /점심 모임.*다들 어디/ }).click()
  await message(junho, '다들 어디?').waitFor()

  await button(mina, '채팅방 정보').click()
  await mina.getByRole('textbox', { name: '그룹 이름' }).fill('저녁 모임')
  await button(mina, '이름 변경').click()
  await junho.getByRole('heading', { name: '저녁 모임' }).waitFor()
  await button(mina.getByRole('dialog'), '닫기').click()
}

async function say(page: Page, label: string, text: string): Promise<void> {
  await page.getByRole('textbox', { name: label }).fill(text)
  await page.keyboard.press('Enter')
}

async function choose(on: Locator, menu: string, what: string): Promise<void> {
  await on.hover()
  await on.getByLabel(menu).click()
  await button(on, what).click()
}

/** What is said meanwhile is sent when the server is back. */
async function throughAbsence(
  mina: Page,
  junho: Page,
  { stop, start }: { stop(): Promise<unknown>; start(): Promise<unknown> },
): Promise<void> {
  const away = mina.getByText('연결이 끊어졌습니다')
  await stop()
  await away.waitFor()
  await say(mina, '메시지', '서버가 없을 때')
  await start()
  await away.waitFor({ state: 'detached' })
  await message(junho, '서버가 없을 때').waitFor()
  await message(mina, '보내는 중').waitFor({ state: 'detached' })
}

async function sameAfterReload({ page }: Watched): Promise<void> {
  const said = async () => (await page.getByRole('article').allTextContents()).join('\n')
  await until('all is sent', async () => !(await said()).includes('sending'))
  const before = await said()
  await page.reload()
  await message(page, '서버가 없을 때').waitFor()
  assert.equal(await said(), before)
}

/** Out of the group, and then blocked: a pair without a friendship and without a word. */
async function part(mina: Page, junho: Page): Promise<void> {
  await button(mina, '채팅방 정보').click()
  await chooseFor(mina, 'Junho', '내보내기')
  await junho.getByRole('link', { name: /저녁 모임/ }).waitFor({ state: 'detached' })
  await junho.getByRole('heading', { name: 'Chats' }).waitFor()
  await button(mina.getByRole('dialog'), '닫기').click()

  await mina.getByRole('link', { name: /^친구/ }).click()
  await junho.getByRole('link', { name: /^Friends/ }).click()
  await chooseFor(mina, 'Junho', '차단')
  await junho.getByText('No friends yet').waitFor()
  await mina.getByRole('link', { name: /^채팅/ }).click()
  await mina.getByRole('link', { name: /Junho/ }).click()
  await mina.getByText('Junho님을 차단했습니다.').waitFor()
  await button(mina, '차단 해제').click()
  await mina.getByRole('textbox', { name: '메시지' }).waitFor()
}

async function chooseFor(page: Page, name: string, what: string): Promise<void> {
  await page.getByLabel(`${name}님 메뉴`).click()
  await button(page, what).click()
  await button(page.getByRole('dialog').last(), what).click()
}

/** Whoever is signed in elsewhere is out as soon as it is said here. */
async function endElsewhere(mina: Page, elsewhere: Page, url: string): Promise<void> {
  await enter(elsewhere, url, PASSWORD)
  await mina.getByRole('link', { name: '내 정보' }).click()
  const others = mina.getByRole('listitem').filter({ hasText: '마지막 사용' })
  await button(others, '로그아웃').click()
  await elsewhere.getByText('다른 기기에서 로그아웃되었습니다.').waitFor()
  await others.waitFor({ state: 'detached' })

  await mina.getByText('비밀번호 변경').first().click()
  await mina.getByLabel('현재 비밀번호').fill(PASSWORD)
  await mina.getByLabel('새 비밀번호').fill(OTHER_PASSWORD)
  await button(mina, '비밀번호 변경').click()
  await mina.getByText('저장했습니다.').waitFor()
  await enter(elsewhere, url, OTHER_PASSWORD)
}

async function enter(page: Page, url: string, password: string): Promise<void> {
  await page.goto(url)
  await page.locator('[name=username]').fill('mina')
  await page.locator('[name=password]').fill(password)
  await button(page, '로그인').click()
  await page.getByRole('navigation').waitFor()
}

async function speakEnglish({ page }: Watched): Promise<void> {
  await button(page, 'English').click()
  await page.getByRole('heading', { name: 'Me' }).waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  await page.reload()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await button(page, 'Sign in').waitFor()
}
