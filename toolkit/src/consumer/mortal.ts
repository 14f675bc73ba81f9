// What the tests of crashes share: a process' view of the log and of time that ends in a moment.
import { type Clock, systemClock } from '../clock.ts'
import type { EventLog, GroupListener, GroupMember } from '../log/log.ts'

export interface Mortal {
  readonly log: EventLog
  readonly clock: Clock
  readonly isDead: boolean
  /** From now on nothing is heard, nothing is answered and no timer ends; the group goes on. */
  die(): Promise<void>
}

/** Everything that a consumer in a process of its own would lose with a kill -9. */
export function mortalProcess(log: EventLog): Mortal {
  let isDead = false
  const members: GroupMember[] = []
  const timers = new Set<() => void>()
  const never = new Promise<never>(() => {})
  const death = Promise.withResolvers<void>()
  const alive = <Answer>(answer: Answer): Answer | Promise<never> => (isDead ? never : answer)

  /** What a dead process is asked is over at once, and so is what it was asked before. */
  const hear = (call: () => Promise<void> | void) =>
    isDead ? undefined : Promise.race([call(), death.promise])

  const listening = (listener: GroupListener): GroupListener => ({
    assigned: (partitions) => hear(() => listener.assigned(partitions)),
    revoked: (partitions) => hear(() => listener.revoked(partitions)),
    lost: (partitions) => hear(() => listener.lost(partitions)),
    records: (partition, records) => (isDead ? undefined : listener.records(partition, records)),
    trouble: (error) => (isDead ? undefined : listener.trouble(error)),
  })

  return {
    get isDead() {
      return isDead
    },
    log: {
      admin: log.admin,
      append: async (records) => alive(isDead ? [] : await log.append(records)),
      async join(options) {
        const member = await log.join({ ...options, listener: listening(options.listener) })
        members.push(member)
        return {
          memberId: member.memberId,
          pause: (partition) => (isDead ? undefined : member.pause(partition)),
          resume: (partition) => (isDead ? undefined : member.resume(partition)),
          seek: (partition, offset) => (isDead ? undefined : member.seek(partition, offset)),
          commit: async (commits) => alive(isDead ? undefined : await member.commit(commits)),
          leave: async () => alive(isDead ? undefined : await member.leave()),
        }
      },
      close: () => log.close(),
    },
    clock: {
      nowMs: () => systemClock.nowMs(),
      after(delayMs, call) {
        if (isDead) return () => {}
        const cancel = systemClock.after(delayMs, call)
        timers.add(cancel)
        return cancel
      },
    },
    async die() {
      isDead = true
      death.resolve()
      for (const cancel of timers) cancel()
      await Promise.all(members.map((member) => member.leave()))
    },
  }
}
