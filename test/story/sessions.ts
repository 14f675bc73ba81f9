// The story's devices: sessions are listed, and one that is ended closes its streams at once.
import assert from 'node:assert/strict'
import { createClient } from '@sosik/client'
import { endSession, listSessions, readMe, signIn } from '@sosik/contract/user'
import { PASSWORD } from '../support/person.ts'
import { openStream } from '../support/raw-stream.ts'
import type { People } from './people.ts'
import { refused } from './refused.ts'
import type { Story } from './steps.ts'

/** Within a second, and what a busy machine takes for the request itself. */
const CLOSED_MS_MAX = 2_000

export async function sessionsEnd(
  story: Story,
  baseUrl: string,
  { junho }: People,
  suffix: string,
): Promise<void> {
  const nobody = createClient({ baseUrl })
  const body = { username: `junho_${suffix}`, password: PASSWORD }
  await story.step('sessions are listed; one that is ended loses its stream at once', async () => {
    const { token } = await nobody.call(signIn, { body })
    const phone = nobody.as(token)
    const { items } = await phone.call(listSessions, {})
    assert.equal(items.length, 2)
    const session_id = items.find((one) => one.is_current)?.session_id ?? ''
    const ready = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<string>()
    const port = Number(new URL(baseUrl).port)
    const over = (why: string) => {
      closed.resolve(why)
      ready.reject(new Error(why))
    }
    const hear = ({ type }: { readonly type: string }) => type === 'ready' && ready.resolve()
    const stream = openStream({ port, token, hear, over })
    try {
      await ready.promise
      const endedMs = performance.now()
      await junho.client.call(endSession, { params: { session_id } })
      assert.equal(await closed.promise, 'ended')
      assert.ok(performance.now() - endedMs < CLOSED_MS_MAX)
    } finally {
      stream.destroy()
    }
    await refused('not_signed_in', phone.call(readMe, {}))
    assert.equal((await junho.client.call(listSessions, {})).items.length, 1)
  })
}
