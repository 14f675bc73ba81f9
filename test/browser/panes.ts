// A messenger with something in each of its panes, and a walk through all of them.
import { type Client, createClient, upload } from '@sosik/client'
import { createRoom, sendMessage } from '@sosik/contract/chat'
import { acceptFriend, blockUser, requestFriend } from '@sosik/contract/friend'
import { register } from '@sosik/contract/user'
import type { TEXTS } from '@sosik/web/texts'
import type { Locator, Page } from 'playwright-core'

type Texts = (typeof TEXTS)['en']

export const PASSWORD = 'correct horse battery'
/** One red dot. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAF' +
    'BQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
)
/** Mina, two friends of hers, who asks to be one, and whom she blocks. */
const PEOPLE = [
  ['mina', '김미나'],
  ['junho', '이준호'],
  ['sora', 'Sora Park'],
  ['dohyun', '최도현'],
  ['yuna', '정유나'],
] as const
const GROUP = '점심 모임'
const FILE_NAME = '회의 자료.pdf'

interface Guest {
  readonly client: Client
  readonly id: number
}

/** Mina's messenger, by what others and she have done over the API. */
export async function furnish(url: string): Promise<void> {
  const visitor = createClient({ baseUrl: url })
  const guests: Guest[] = []
  for (const [username, display_name] of PEOPLE) {
    const email = `${username}@example.com`
    const body = { email, username, display_name, password: PASSWORD }
    const { user, token } = await visitor.call(register, { body })
    guests.push({ client: visitor.as(token), id: user.user_id })
  }
  const [mina, junho, sora, dohyun, yuna] = guests as [Guest, Guest, Guest, Guest, Guest]
  await befriend(junho, mina)
  await befriend(sora, mina)
  await befriend(yuna, mina)
  const { room_id: pair } = await open(mina, 'direct', [junho.id])
  await say(mina, pair, '안녕! 오늘 저녁 어때?')
  await say(junho, pair, '좋아! 일곱 시에 볼까? 회사 앞 그 집에서 만나자.')
  await send(mina, pair, 'image', 'dot.png')
  await send(junho, pair, 'file', FILE_NAME)
  const { room_id: group } = await open(mina, 'group', [junho.id, sora.id], GROUP)
  await say(sora, group, 'Shall we eat at the new place today?')
  await say(mina, group, '좋아요')
  await open(mina, 'direct', [yuna.id])
  await mina.client.call(blockUser, { params: { user_id: yuna.id } })
  await dohyun.client.call(requestFriend, { body: { addressee_id: mina.id } })
}

async function befriend(one: Guest, other: Guest): Promise<void> {
  const asked = await one.client.call(requestFriend, { body: { addressee_id: other.id } })
  const { friendship_id } = asked
  await other.client.call(acceptFriend, { params: { friendship_id } })
}

function open({ client }: Guest, room_type: 'direct' | 'group', ids: number[], name?: string) {
  return client.call(createRoom, { body: { room_type, member_ids: ids, ...(name && { name }) } })
}

function say({ client }: Guest, room_id: number, content: string) {
  const body = { client_message_id: crypto.randomUUID(), content }
  return client.call(sendMessage, { params: { room_id }, body })
}

async function send({ client }: Guest, room_id: number, kind: 'image' | 'file', name: string) {
  const { address } = await upload(client, { kind, name, bytes: new Blob([PNG]) })
  const body = { client_message_id: crypto.randomUUID(), content: address, message_type: kind }
  await client.call(sendMessage, { params: { room_id }, body })
}

/** Looks at what is there now, by a name that says what that is. */
export type Look = (name: string) => Promise<void>

/** From the sign-in to every pane and dialog of Mina's messenger, in the language of the texts. */
export async function walkPanes(page: Page, url: string, texts: Texts, look: Look): Promise<void> {
  await enter(page, url, texts, look)
  await meetPeople(page, texts, look)
  await readRooms(page, texts, look)
  await talk(page, texts, look)
  await searchAndRest(page, texts, look)
}

const button = (place: Page | Locator, name: string) =>
  place.getByRole('button', { name, exact: true })
const to = (page: Page, hash: string) =>
  page.evaluate((where) => {
    location.hash = where
  }, hash)

async function enter(page: Page, url: string, texts: Texts, look: Look): Promise<void> {
  await page.goto(url)
  await button(page, texts.toRegister).click()
  await look('register')
  await button(page, texts.toSignIn).click()
  await page.locator('[name=username]').fill('mina')
  await page.locator('[name=password]').fill('not it')
  await button(page, texts.signIn).click()
  await page.getByRole('alert').waitFor()
  await look('sign-in')
  await page.locator('[name=password]').fill(PASSWORD)
  await button(page, texts.signIn).click()
  await page.getByRole('navigation').waitFor()
}

async function meetPeople(page: Page, texts: Texts, look: Look): Promise<void> {
  await to(page, '#/friends')
  await page.getByText(texts.blocks).click()
  await page.getByLabel(texts.optionsFor('Sora Park')).click()
  await look('friends')
  await button(page, texts.block).click()
  await look('question')
  await button(page.getByRole('dialog'), texts.cancel).click()
  await page.getByRole('searchbox').fill('so')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: texts.talkWith('이준호') }).waitFor({ state: 'detached' })
  await page.getByRole('searchbox').fill('doh')
  await page.keyboard.press('Enter')
  await page.getByRole('list', { name: texts.otherPeople }).waitFor()
  await look('found people')
}

async function readRooms(page: Page, texts: Texts, look: Look): Promise<void> {
  await to(page, '#/rooms')
  await look('rooms')
  await button(page, texts.newGroup).click()
  await look('new group')
  await button(page.getByRole('dialog'), texts.cancel).click()
  await page.getByRole('link', { name: new RegExp(GROUP) }).click()
  await button(page, texts.details).click()
  await page.getByLabel(texts.optionsFor('Sora Park')).click()
  await look('details')
  await button(page.getByRole('dialog'), texts.inviteThese).click()
  await look('invite')
  await button(page.getByRole('dialog'), texts.cancel).click()
  await to(page, '#/rooms')
  await page.getByRole('link', { name: /정유나/ }).click()
  await page.getByText(texts.youBlock('정유나')).waitFor()
  await look('barred')
}

async function talk(page: Page, texts: Texts, look: Look): Promise<void> {
  await to(page, '#/rooms')
  await page
    .getByRole('link', { name: /이준호/ })
    .last()
    .click()
  await page.getByRole('link', { name: FILE_NAME }).waitFor()
  await look('room')
  const mine = page.getByRole('article', { name: '김미나' }).first()
  await mine.hover()
  await mine.getByLabel(texts.options).click()
  await look('message menu')
  await button(mine, texts.edit).click()
  await look('editing')
  await button(page, texts.cancel).click()
}

async function searchAndRest(page: Page, texts: Texts, look: Look): Promise<void> {
  await page.getByRole('link', { name: texts.searchHere }).click()
  await page.getByRole('searchbox').fill('저녁')
  await page.keyboard.press('Enter')
  await page.locator('mark').first().waitFor()
  await look('search')
  await to(page, '#/notifications')
  await look('notifications')
  await to(page, '#/me')
  await page.getByText(texts.changePassword).first().click()
  await page.getByText(texts.thisDevice).waitFor()
  await look('me')
}
