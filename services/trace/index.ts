// The trace service: why a person has a message, or where on its way it stopped.
import { readTrace } from '@sosik/contract/trace'
import { answering, type Service } from '../service.ts'
import { traceOf } from './trace.ts'
import { type TraceParts, walk } from './walk.ts'

export function traceService(parts: TraceParts): Service {
  return {
    name: 'trace',
    migrations: [],
    routes: [
      answering(readTrace, async ({ query: { message_id, user_id } }) =>
        traceOf(message_id, user_id, await walk(parts, message_id, user_id)),
      ),
    ],
    hears: [],
  }
}
