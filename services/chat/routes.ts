// Chat's routes, all of them: rooms, their members, messages and read markers.
import type { Answering } from '../service.ts'
import { attentionRoutes } from './routes/attention.ts'
import { changeRoutes } from './routes/changes.ts'
import { markerRoutes } from './routes/markers.ts'
import { memberRoutes } from './routes/members.ts'
import { messageRoutes } from './routes/messages.ts'
import type { ChatParts } from './routes/parts.ts'
import { roomRoutes } from './routes/rooms.ts'

export function chatRoutes(parts: ChatParts): Answering[] {
  return [
    ...roomRoutes(parts),
    ...memberRoutes(parts),
    ...messageRoutes(parts),
    ...changeRoutes(parts),
    ...markerRoutes(parts),
    ...attentionRoutes(parts),
  ]
}
