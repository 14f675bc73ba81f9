// A person as little more than a token: for runs that need many of them.
import { type Host, must } from './http.ts'
import { PASSWORD } from './person.ts'

export interface RawPerson {
  readonly userId: number
  readonly token: string
}

export async function registerRaw(host: Host, username: string): Promise<RawPerson> {
  const body = { email: `${username}@example.com`, username, password: PASSWORD }
  const session = await must(host, { method: 'POST', path: '/users', body })
  const { user_id } = session.user as { user_id: number }
  return { userId: user_id, token: String(session.token) }
}
