// The echo bot as a program: signs in, or registers first, and answers until it is stopped.
import { createClient, ProblemAnswer } from '@sosik/client'
import { register, signIn } from '@sosik/contract/user'
import { startBot } from './bot.ts'

const {
  SOSIK_URL: baseUrl = 'http://127.0.0.1:3000',
  BOT_NAME: username = 'echo_bot',
  BOT_PASSWORD: password,
} = process.env
if (password === undefined) throw new Error('BOT_PASSWORD is missing; 8 characters or more.')

const stranger = createClient({ baseUrl })
const { user, token } = await stranger
  .call(register, { body: { email: `${username}@example.com`, username, password } })
  .catch((error: unknown) => {
    const isKnown = error instanceof ProblemAnswer && error.code === 'username_taken'
    if (!isKnown) throw error
    return stranger.call(signIn, { body: { username, password } })
  })
const session = startBot(stranger.as(token), user.user_id, (text) => `"${text}"?`)
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => session.close())
await session.ready
console.log(`${username} is user ${user.user_id} and listens.`)
await session.ended
