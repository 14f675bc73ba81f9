// What people say to the API in several of these tests.
import type { Product, Somebody } from './product.ts'

export async function json(
  product: Product,
  method: string,
  path: string,
  who: Somebody,
  body?: object,
) {
  const response = await product.ask(method, path, { token: who.token, ...(body && { body }) })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

export async function group(
  product: Product,
  owner: Somebody,
  ...others: Somebody[]
): Promise<number> {
  const member_ids = others.map((one) => one.userId)
  const given = { room_type: 'group', member_ids }
  return (await json(product, 'POST', '/rooms', owner, given)).body.room_id
}

export function say(product: Product, who: Somebody, roomId: number, id: string, content: string) {
  const body = { client_message_id: id, content }
  return json(product, 'POST', `/rooms/${roomId}/messages`, who, body)
}
