// What the story leaves behind in analytics and metrics.
import assert from 'node:assert/strict'
import { createClient } from '@sosik/client'
import { readAnalytics } from '@sosik/contract/analytics'
import { messenger } from '@sosik/contract/catalogue'
import { OPERATOR_TOKEN } from '../support/server-process.ts'
import { until } from 'sosik/testing'
import { refused } from './refused.ts'
import type { Story } from './steps.ts'

type Analytics = Awaited<ReturnType<typeof readCounts>>

export const readCounts = (baseUrl: string) =>
  createClient({ baseUrl, token: OPERATOR_TOKEN }).call(readAnalytics, {})

export async function everythingIsCounted(story: Story, baseUrl: string, before: Analytics) {
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
      friend_requests: 3,
      friendships: 1,
      rejections: 1,
      cancellations: 1,
      messages: 12,
      direct: 1,
      group: 2,
      welcomes: 3,
    }
    const same = (after: Analytics) => JSON.stringify(grown(after)) === JSON.stringify(expected)
    await until('the counts', async () => same(await readCounts(baseUrl))).catch(async () => {
      assert.deepEqual(grown(await readCounts(baseUrl)), expected)
    })
    await refused('not_allowed', createClient({ baseUrl }).call(readAnalytics, {}))
  })
  await story.step('metrics: every event was published, and no group is behind', async () => {
    await until('no lag', async () => {
      const text = await readMetrics(baseUrl)
      for (const { name } of messenger.events) {
        const published = new RegExp(`sosik_published_total\\{.*type="${name}"\\} [1-9]`)
        assert.match(text, published)
      }
      const lags = [...text.matchAll(/^kafka_consumergroup_lag\{.*\} (\d+)$/gm)]
      assert.ok(lags.length > 0)
      return lags.every(([, lag]) => lag === '0')
    })
  })
}

async function readMetrics(baseUrl: string): Promise<string> {
  const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` }
  return (await fetch(`${baseUrl}/metrics`, { headers })).text()
}
