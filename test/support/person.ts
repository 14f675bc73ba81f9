// A person of the tests: signed in, with an open stream that remembers what arrived.
import { type Client, createClient, eventStream, type StreamEvent } from '@sosik/client'
import { register } from '@sosik/contract/user'
import { until } from 'sosik/testing'

export interface Person {
  readonly name: string
  readonly userId: number
  readonly client: Client
  readonly arrived: StreamEvent[]
  /** Opens the stream, or opens it again after `close`, and waits until it is ready. */
  listen(lastEventId?: string): Promise<void>
  close(): void
  /** The first arrived event of the type that fits, also one that came before. */
  hears(type: string, fits?: (event: StreamEvent) => boolean): Promise<StreamEvent>
}

export const PASSWORD = 'correct horse battery'

export async function registerPerson(baseUrl: string, username: string, displayName: string) {
  const client = createClient({ baseUrl })
  const session = await client.call(register, {
    body: {
      email: `${username}@example.com`,
      username,
      password: PASSWORD,
      display_name: displayName,
    },
  })
  return person(displayName, session.user.user_id, client.as(session.token))
}

export function person(name: string, userId: number, client: Client): Person {
  const arrived: StreamEvent[] = []
  let listening = new AbortController()
  return {
    name,
    userId,
    client,
    arrived,
    async listen(lastEventId) {
      listening = new AbortController()
      const { signal } = listening
      const options = { signal, ...(lastEventId !== undefined && { lastEventId }) }
      const before = arrived.length
      let refused: Error | undefined
      const hear = async () => {
        for await (const event of eventStream(client.options, options)) arrived.push(event)
      }
      hear().catch((error: unknown) => {
        refused = error as Error
      })
      await until(`${name}'s stream is ready`, () => {
        if (refused !== undefined) throw refused
        return arrived.slice(before).some((event) => event.type === 'ready')
      })
    },
    close: () => listening.abort(),
    hears: (type, fits = () => true) =>
      until(`${name} hears ${type}`, () =>
        arrived.find((event) => event.type === type && fits(event)),
      ),
  }
}
