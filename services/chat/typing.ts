// How often typing is told: once in a while a person and room, whatever a client asks for.

/** How often one person's typing in one room is told. */
export const TYPING_INTERVAL_MS = 3_000
/** After this a client takes somebody for not typing any more. */
export const TYPING_MS = 6_000
/** In a larger room nobody is told who is typing. */
export const TYPING_MEMBERS_MAX = 100
/** Of how many it is remembered when they were told last; beyond it the oldest is forgotten. */
const TYPISTS_MAX = 10_000

/** Each process remembers for itself: several may tell more often, never without a bound. */
export interface TypingGate {
  isOpen(roomId: number, userId: number, nowMs: number): boolean
  passed(roomId: number, userId: number, nowMs: number): void
}

export function typingGate(typistsMax = TYPISTS_MAX): TypingGate {
  const lastMs = new Map<string, number>()
  const keyOf = (roomId: number, userId: number) => `${roomId}/${userId}`
  return {
    isOpen(roomId, userId, nowMs) {
      const last = lastMs.get(keyOf(roomId, userId))
      return last === undefined || nowMs - last >= TYPING_INTERVAL_MS
    },
    passed(roomId, userId, nowMs) {
      const key = keyOf(roomId, userId)
      lastMs.delete(key)
      lastMs.set(key, nowMs)
      const [oldest] = lastMs.keys()
      if (lastMs.size > typistsMax && oldest !== undefined) lastMs.delete(oldest)
    },
  }
}
