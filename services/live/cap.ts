// So many streams a person, over all processes: of too many the oldest ones end.
import { askTogether } from './ask-together.ts'
import { displacedBell } from './control.ts'
import type { Fanout, StreamIds } from './fanout.ts'
import type { Registry } from './registry.ts'

/** Open in all processes together. */
export const STREAMS_PER_USER_MAX = 20

/**
 * Answers what makes these people's leases last, and ends what is too much, here or there. It is
 * asked for together, and never rejects.
 */
export function streamCap(
  fanout: Fanout,
  streams: Registry,
): (userIds: Iterable<number>) => Promise<void> {
  return askTogether(async (userIds: readonly number[]) => {
    const open = new Map(
      userIds.map((userId) => [userId, streams.of(userId).map((one) => one.streamId)] as const),
    )
    const displaced = await fanout
      .claim(open, STREAMS_PER_USER_MAX)
      // Without the others' leases each process looks after its own.
      .catch(() => tooMany(open))
    if (displaced.size === 0) return
    for (const [userId, streamIds] of displaced) {
      for (const stream of streams.of(userId)) {
        if (streamIds.includes(stream.streamId)) stream.end('displaced')
      }
    }
    await fanout
      .publish([...displaced].map(([userId, streamIds]) => displacedBell(userId, streamIds)))
      // Who does not hear it finds its lease gone at the next heartbeat.
      .catch(() => {})
  })
}

/** Ids ascend with age. */
function tooMany(open: StreamIds): StreamIds {
  return new Map(
    [...open]
      .filter(([, streamIds]) => streamIds.length > STREAMS_PER_USER_MAX)
      .map(([userId, streamIds]) => {
        return [userId, streamIds.toSorted().slice(0, -STREAMS_PER_USER_MAX)] as const
      }),
  )
}
