// The bot as its own process: it answers once, also what was said while it was dead.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { createRoom, listMessages, sendMessage } from '@sosik/contract/chat'
import { until } from 'sosik/testing'
import { withFolder } from '../support/parts.ts'
import { registerPerson } from '../support/person.ts'
import { freePort, startServerProcess } from '../support/server-process.ts'

const MAIN = fileURLToPath(new URL('../../examples/bot/main.ts', import.meta.url))
const SAID_WHILE_AWAY = 3

interface RunningBot {
  readonly userId: number
  kill(): Promise<void>
}

async function startBotProcess(url: string): Promise<RunningBot> {
  const env = { PATH: process.env.PATH, SOSIK_URL: url, BOT_PASSWORD: 'correct horse' }
  const bot: ChildProcess = spawn(process.execPath, [MAIN], { env })
  const exited = once(bot, 'exit')
  let output = ''
  for (const stream of [bot.stdout, bot.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => void (output += text))
  }
  const kill = async () => {
    bot.kill('SIGKILL')
    await exited
  }
  try {
    const listens = await until('the bot listens', () => {
      if (bot.exitCode !== null) throw new Error(output)
      return /user (\d+) and listens/.exec(output)?.[1]
    })
    return { userId: Number(listens), kill }
  } catch (error) {
    await kill()
    throw error
  }
}

test('the bot answers each message once, over its own death', () =>
  withFolder(async (folder) => {
    const server = await startServerProcess({ port: await freePort(), folder })
    let bot: RunningBot | undefined
    try {
      bot = await startBotProcess(server.url)
      const botId = bot.userId
      const { client } = await registerPerson(server.url, 'mina', '미나')
      const room = { room_type: 'direct' as const, member_ids: [botId] }
      const { room_id } = await client.call(createRoom, { body: room })
      const params = { room_id }
      const say = (content: string) => {
        const body = { client_message_id: content, content }
        return client.call(sendMessage, { params, body })
      }
      const answers = async () => {
        const { items } = await client.call(listMessages, { params, query: {} })
        return items.filter((one) => one.user_id === botId).map((one) => one.content)
      }

      await say('안녕')
      await until('the first answer', async () => (await answers()).length === 1)
      await bot.kill()
      const away = Array.from({ length: SAID_WHILE_AWAY }, (_, at) => `자리 비운 사이 ${at}`)
      for (const content of away) await say(content)
      bot = await startBotProcess(server.url)
      await say('끝')
      const expected = ['안녕', ...away, '끝'].map((text) => `"${text}"?`)
      await until('all answers', async () => (await answers()).length >= expected.length)
      assert.deepEqual(await answers(), expected)
    } finally {
      await bot?.kill()
      await server.stop()
    }
  }))
