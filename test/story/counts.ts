// What the story leaves behind in analytics and metrics.
import assert from 'node:assert/strict'
import { createClient } from '@sosik/client'
import { readAnalytics, readRebuild, readSeries, rebuildAnalytics } from '@sosik/contract/analytics'
import { ChatRoomEnlarged, listMessages, sendMessage } from '@sosik/contract/chat'
import { messenger } from '@sosik/contract/catalogue'
import { readTrace } from '@sosik/contract/trace'
import { OPERATOR_TOKEN } from '../support/server-process.ts'
import { until } from 'sosik/testing'
import type { People } from './people.ts'
import { refused } from './refused.ts'
import type { Story } from './steps.ts'

type Analytics = Awaited<ReturnType<typeof readCounts>>

const operator = (baseUrl: string) => createClient({ baseUrl, token: OPERATOR_TOKEN })

export const readCounts = (baseUrl: string) => operator(baseUrl).call(readAnalytics, {})

/** How many messages come in while the counters are rebuilt. */
const SENT_MEANWHILE = 5

export async function countersAreRebuilt(
  story: Story,
  baseUrl: string,
  { mina }: People,
  room_id: number,
) {
  const { call } = operator(baseUrl)
  const ended = () =>
    until('the end of the rebuild', async () => {
      const status = await call(readRebuild, {})
      return status.state !== 'running' && status
    })
  await story.step(
    'analytics is rebuilt from the log while people talk: nothing differs',
    async () => {
      await call(rebuildAnalytics, { body: {} })
      for (let at = 1; at <= SENT_MEANWHILE; at += 1) {
        const body = { client_message_id: `rebuild${at}`, content: '집계하는 동안' }
        await mina.client.call(sendMessage, { params: { room_id }, body })
      }
      const { state, failure, differences } = await ended()
      assert.deepEqual([state, failure, differences], ['done', null, 0])
      const query = { metric: 'messages', interval: 'day', ...lastDay() } as const
      const { points } = await call(readSeries, { query })
      assert.ok(points.reduce((sum, point) => sum + point.count, 0) > 0)
    },
  )
}

function lastDay() {
  const nowMs = Date.now()
  return {
    from: new Date(nowMs - 24 * 3_600_000).toISOString(),
    to: new Date(nowMs).toISOString(),
  }
}

export async function messagesAreTraced(
  story: Story,
  baseUrl: string,
  { mina, junho }: People,
  room_id: number,
) {
  await story.step('the operator sees why Junho has the last message, place by place', async () => {
    const { items } = await mina.client.call(listMessages, { params: { room_id } })
    const message_id = items.at(-1)?.message_id ?? ''
    const query = { message_id, user_id: junho.userId }
    const trace = await until('it has come all the way', async () => {
      const one = await operator(baseUrl).call(readTrace, { query })
      return one.stages.at(-1)?.state === 'passed' && one
    })
    assert.ok(trace.stages.every(({ state }) => state === 'passed'))
    assert.equal(trace.verdict.code, 'stream_sent')
    const missing = { message_id: 'none', user_id: junho.userId }
    const none = await operator(baseUrl).call(readTrace, { query: missing })
    assert.equal(none.verdict.code, 'message_missing')
  })
}

/** No room of the story has five hundred members. */
const HAPPENED = messenger.events.filter((one) => one.name !== ChatRoomEnlarged.name)

/** `urls` are those of all processes: each counts what it does itself. */
export async function metricsTell(story: Story, urls: readonly string[]) {
  await story.step('metrics: every event was published, and no group is behind', async () => {
    await until('every event is published, and no group behind', async () => {
      const text = (await Promise.all(urls.map(readMetrics))).join('\n')
      const isPublished = ({ name }: { readonly name: string }) =>
        new RegExp(`sosik_published_total\\{.*type="${name}"\\} [1-9]`).test(text)
      if (!HAPPENED.every(isPublished)) return false
      const lags = [...text.matchAll(/^kafka_consumergroup_lag\{.*\} (\d+)$/gm)]
      assert.ok(lags.length > 0)
      return lags.every(([, lag]) => lag === '0')
    })
  })
}

export async function everythingIsCounted(
  story: Story,
  baseUrl: string,
  people: People,
  before: Analytics,
) {
  await story.step('analytics counts what happened, once', async () => {
    const grown = (after: Analytics) => ({
      sign_ups: after.sign_ups - before.sign_ups,
      friend_requests: after.friend_requests - before.friend_requests,
      friendships: after.friendships - before.friendships,
      rejections: after.rejections - before.rejections,
      cancellations: after.cancellations - before.cancellations,
      messages: after.messages - before.messages,
      direct: (after.rooms_by_type.direct ?? 0) - (before.rooms_by_type.direct ?? 0),
      group: (after.rooms_by_type.group ?? 0) - (before.rooms_by_type.group ?? 0),
      welcomes:
        (after.notifications_by_type.welcome ?? 0) - (before.notifications_by_type.welcome ?? 0),
    })
    const expected = {
      sign_ups: 3,
      friend_requests: 4,
      friendships: 2,
      rejections: 1,
      cancellations: 1,
      messages: 16 + SENT_MEANWHILE,
      direct: 1,
      group: 2,
      welcomes: 3,
    }
    const same = (after: Analytics) => JSON.stringify(grown(after)) === JSON.stringify(expected)
    await until('the counts', async () => same(await readCounts(baseUrl))).catch(async () => {
      assert.deepEqual(grown(await readCounts(baseUrl)), expected)
    })
    await refused('not_signed_in', createClient({ baseUrl }).call(readAnalytics, {}))
    await refused('not_allowed', people.mina.client.call(readAnalytics, {}))
  })
}

async function readMetrics(url: string): Promise<string> {
  const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` }
  return (await fetch(`${url}/metrics`, { headers })).text()
}
