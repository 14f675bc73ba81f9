// Kills the server with -9 again and again, between a command's answer and its delivery, and
// counts what the readers of the streams got.
import { randomInt } from 'node:crypto'
import { createClient, ProblemAnswer } from '@sosik/client'
import { createRoom, sendMessage } from '@sosik/contract/chat'
import { type Person, registerPerson } from '../support/person.ts'
import {
  type ServerProcess,
  type ServerProcessOptions,
  startServerProcess,
} from '../support/server-process.ts'
import { until } from 'sosik/testing'

export interface CrashResult {
  readonly rounds: number
  /** Messages whose command was answered with success. */
  readonly messages: number
  readonly lost: number
  readonly twice: number
  readonly outOfOrder: number
}

const ROOMS = 3
const MESSAGES_A_ROUND_MAX = 40
const KILL_DELAY_MS_MAX = 25
const DELIVERY_MS_MAX = 60_000
const RETRY_MS = 50

export async function crashRounds(
  options: ServerProcessOptions,
  rounds: number,
  print: (line: string) => void,
): Promise<CrashResult> {
  let server = await startServerProcess(options)
  try {
    const suffix = Date.now().toString(36)
    const sender = await registerPerson(server.url, `sender_${suffix}`, '보내는 이')
    const reader = await registerPerson(server.url, `reader_${suffix}`, '받는 이')
    const roomIds = await openRooms(sender, reader)
    await reader.listen()
    const accepted: string[] = []
    for (let round = 1; round <= rounds; round += 1) {
      server = await oneRound(server, options, sender, roomIds, accepted, round)
      print(`round ${round}: killed and back, ${accepted.length} messages accepted so far`)
    }
    await until(
      'every accepted message arrives',
      () => missing(accepted, delivered(reader)) === 0,
      DELIVERY_MS_MAX,
    ).catch(() => false)
    const got = delivered(reader)
    reader.close()
    return {
      rounds,
      messages: accepted.length,
      lost: missing(accepted, got),
      twice: got.length - new Set(got.map((one) => one.id)).size,
      outOfOrder: inversions(got),
    }
  } finally {
    await server.stop()
  }
}

async function openRooms(sender: Person, reader: Person): Promise<number[]> {
  const rooms: number[] = []
  for (let at = 0; at < ROOMS; at += 1) {
    const body = { room_type: 'group' as const, member_ids: [reader.userId], name: `방 ${at}` }
    rooms.push((await sender.client.call(createRoom, { body })).room_id)
  }
  return rooms
}

/** Messages are answered while the server lives; it dies a moment after one of the answers. */
async function oneRound(
  server: ServerProcess,
  options: ServerProcessOptions,
  sender: Person,
  roomIds: readonly number[],
  accepted: string[],
  round: number,
): Promise<ServerProcess> {
  const killAfter = randomInt(1, MESSAGES_A_ROUND_MAX)
  let killing: Promise<ServerProcess> | undefined
  const kill = async () => {
    await new Promise((resolve) => setTimeout(resolve, randomInt(KILL_DELAY_MS_MAX)))
    await server.kill()
    return startServerProcess(options)
  }
  for (let count = 1; count <= MESSAGES_A_ROUND_MAX; count += 1) {
    const roomId = roomIds[count % roomIds.length] ?? 0
    accepted.push(await sendUntilKnown(sender, roomId, `${round}-${count}`))
    if (count === killAfter) killing = kill()
  }
  return killing ?? server
}

/** An answer that did not come is asked for again with the same id, until the outcome is known. */
async function sendUntilKnown(sender: Person, roomId: number, id: string): Promise<string> {
  const client = createClient({ ...sender.client.options, timeoutMs: 10_000 })
  const params = { room_id: roomId }
  const body = { client_message_id: id, content: `메시지 ${id}` }
  return until(
    `an answer for message ${id}`,
    async () => {
      try {
        return (await client.call(sendMessage, { params, body })).message_id
      } catch (error) {
        if (error instanceof ProblemAnswer && error.status < 500) throw error
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
        return undefined
      }
    },
    DELIVERY_MS_MAX,
  )
}

interface Delivered {
  readonly id: string
  readonly roomId: number
  readonly seq: number
}

function delivered(reader: Person): Delivered[] {
  return reader.arrived
    .filter((event) => event.type === 'message')
    .map(({ data }) => ({
      id: String(data.message_id),
      roomId: Number(data.room_id),
      seq: Number(data.seq),
    }))
}

function missing(accepted: readonly string[], got: readonly Delivered[]): number {
  const ids = new Set(got.map((one) => one.id))
  return accepted.filter((id) => !ids.has(id)).length
}

/** Messages of a room that came after one with a higher number. */
function inversions(got: readonly Delivered[]): number {
  const highest = new Map<number, number>()
  let count = 0
  for (const { roomId, seq } of got) {
    const before = highest.get(roomId) ?? 0
    if (seq < before) count += 1
    highest.set(roomId, Math.max(before, seq))
  }
  return count
}
