// Messages that are edited and deleted by who said them, one change of a message at a time.
import type { Random } from '../random.ts'
import type { CommandResult } from '../records/lines.ts'
import type { Command } from './command.ts'
import type { Person, Room } from './world.ts'

interface Said {
  readonly room: Room
  readonly person: Person
  readonly messageId: string
}

/** Of the latest messages; older ones are left as they are. */
const CHANGEABLE_MAX = 200

export function changes(random: Random) {
  const changeable: Said[] = []

  /** Out of the others' reach until it is given back. */
  function take(): Said | undefined {
    if (changeable.length === 0) return undefined
    const [taken] = changeable.splice(random.between(0, changeable.length - 1), 1)
    return taken
  }

  function keep(one: Said): void {
    changeable.push(one)
    if (changeable.length > CHANGEABLE_MAX) changeable.shift()
  }

  function asked({ room, person, messageId }: Said, method: string, body?: object) {
    const path = `/rooms/${room.roomId}/messages/${messageId}`
    return { method, path, token: person.token, ...(body !== undefined && { body }) }
  }

  return {
    said(room: Room, person: Person, result: CommandResult | undefined): void {
      if (result?.message_id !== undefined) keep({ room, person, messageId: result.message_id })
    },

    /** The new text begins with the command: whose it is can be seen in its event. */
    edit(id: string): Command | undefined {
      const one = take()
      if (one === undefined) return undefined
      const asking = asked(one, 'PATCH', { content: `${id} 다시 생각해 보니` })
      const { person, room } = one
      const settled = (result: CommandResult | undefined) => {
        if (result !== undefined) keep(one)
      }
      return { id, kind: 'edit', person, roomId: room.roomId, asking, settled }
    },

    remove(id: string): Command | undefined {
      const one = take()
      if (one === undefined) return undefined
      const { person, room } = one
      return { id, kind: 'delete', person, roomId: room.roomId, asking: asked(one, 'DELETE') }
    },
  }
}
