// Whose call a request is, as rate limits count it: an address, a person, a room, an account.
import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { RateSubject } from '@sosik/contract/rates'
import type { FastifyRequest } from 'fastify'

/** A provider gives a household so many of the eight parts of an IPv6 address. */
const HEXTETS_OF_ONE = 4
const HEXTETS = 8
const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i
const HASH_BYTES = 16

/** Undefined where the request has no such thing. */
export function subjectOf(
  per: RateSubject,
  request: FastifyRequest,
  userId: number | undefined,
): string | undefined {
  if (per === 'address') return addressOf(request.ip)
  if (per === 'user') return userId === undefined ? undefined : String(userId)
  if (per === 'room') return textOf(request.params, 'room_id')
  const account = textOf(request.body, 'username')?.normalize('NFC').toLowerCase()
  if (account === undefined || per === 'account') return account
  return `${addressOf(request.ip)} ${account}`
}

/** An IPv6 household has more addresses than anybody could count: its network counts as one. */
export function addressOf(ip: string): string {
  const mapped = MAPPED_IPV4.exec(ip)?.[1]
  if (mapped !== undefined || !isIPv6(ip)) return mapped ?? ip
  const [head = '', tail] = ip.split('::')
  const [first, last] = [head, tail ?? ''].map((part) => part.split(':').filter(Boolean))
  const given = [...(first ?? []), ...(last ?? [])]
  const zeros = Array.from({ length: HEXTETS - given.length }, () => '0')
  return [...(first ?? []), ...zeros, ...(last ?? [])].slice(0, HEXTETS_OF_ONE).join(':')
}

/** Who it is stays out of Redis, and of whatever lists its keys. */
export const hashOf = (subject: string): string =>
  createHash('sha256').update(subject).digest().subarray(0, HASH_BYTES).toString('base64url')

function textOf(given: unknown, name: string): string | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const value: unknown = Reflect.get(given, name)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
