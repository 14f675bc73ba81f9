// The story's people: they register, open their streams, and are seen coming and going.
import assert from 'node:assert/strict'
import { createClient } from '@sosik/client'
import { listNotifications, readNotification } from '@sosik/contract/notification'
import { listFriends } from '@sosik/contract/friend'
import type { NewsData } from '@sosik/contract/news'
import { readMe, setPresence, signIn, signOut } from '@sosik/contract/user'
import { PASSWORD, type Person, person, registerPerson } from '../support/person.ts'
import { until } from 'sosik/testing'
import { refused } from './refused.ts'
import type { Story } from './steps.ts'

export type People = Readonly<Record<'mina' | 'junho' | 'sora', Person>>

export async function peopleMeet(story: Story, baseUrl: string, suffix: string): Promise<People> {
  const mina = await story.step('UserRegistered: Mina registers and is signed in', () =>
    registerPerson(baseUrl, `mina_${suffix}`, '미나'),
  )
  const junho = await story.step('UserRegistered: Junho registers', () =>
    registerPerson(baseUrl, `junho_${suffix}`, '준호'),
  )
  const sora = await registerPerson(baseUrl, `sora_${suffix}`, '소라')
  await story.step('NotificationSent: the welcome is stored for Mina', async () => {
    const [welcome] = await until('a welcome', async () => {
      const { items } = await mina.client.call(listNotifications, {})
      return items.length > 0 && items
    })
    assert.equal(welcome?.title, '미나님, 소식에 오신 것을 환영합니다')
    const params = { notification_id: welcome?.notification_id ?? '' }
    await refused('not_found', junho.client.call(readNotification, { params }))
    await mina.client.call(readNotification, { params })
    const { items, unread } = await mina.client.call(listNotifications, {})
    assert.deepEqual([items[0]?.titles.en, unread], ['Welcome to Sosik, 미나', 0])
  })
  await story.step('a wrong password, a stranger and a taken name are refused', async () => {
    const nobody = createClient({ baseUrl })
    const body = { username: `mina_${suffix}`, password: 'wrong password' }
    await refused('sign_in_failed', nobody.call(signIn, { body }))
    await refused('not_signed_in', nobody.call(readMe, {}))
    await refused('username_taken', registerPerson(baseUrl, `mina_${suffix}`, 'x'))
  })
  return { mina, junho, sora }
}

/** The streams are open until somebody closes them, whatever becomes of the story. */
export async function peopleListen(story: Story, people: People): Promise<void> {
  await story.step('everybody opens an event stream', async () => {
    await Promise.all(Object.values(people).map((one) => one.listen()))
  })
}

export async function presenceIsSeen(
  story: Story,
  baseUrl: string,
  { mina, junho }: People,
  suffix: string,
) {
  const seen = (isOnline: boolean, from: number) =>
    until(`Mina sees Junho ${isOnline ? 'online' : 'offline'}`, () =>
      mina.arrived.slice(from).some(({ type, data }) => {
        if (type !== 'presence') return false
        const { people } = data as unknown as NewsData['presence']
        return people.some((one) => one.user_id === junho.userId && one.is_online === isOnline)
      }),
    )
  await story.step(
    'UserOnlineStatusChanged: Junho hides that he is here, and shows it',
    async () => {
      const listed = async () => (await mina.client.call(listFriends, {})).items[0]
      for (const hidden of [true, false]) {
        const from = mina.arrived.length
        await junho.client.call(setPresence, { body: { hidden } })
        await seen(!hidden, from)
        const { is_online, last_seen_at } = (await listed()) ?? {}
        assert.deepEqual([is_online, last_seen_at], [!hidden, undefined])
      }
    },
  )
  await story.step('UserOnlineStatusChanged: Junho signs out and Mina sees him leave', async () => {
    const from = mina.arrived.length
    junho.close()
    await junho.client.call(signOut, {})
    await refused('not_signed_in', junho.client.call(readMe, {}))
    await seen(false, from)
  })
  await story.step('UserOnlineStatusChanged: Junho signs in again and Mina sees him', async () => {
    const from = mina.arrived.length
    const body = { username: `junho_${suffix}`, password: PASSWORD }
    const session = await createClient({ baseUrl }).call(signIn, { body })
    const back = person('준호', junho.userId, createClient({ baseUrl, token: session.token }))
    await back.listen()
    await seen(true, from)
    back.close()
  })
}
