// One membership at the brokers: it ends when they have heard nothing of the process for too long.
import type { GroupMember } from '../log/log.ts'

export class Session {
  readonly #expiry = Promise.withResolvers<void>()
  #isExpired = false
  /** The member as the brokers have it; undefined until they know it. */
  inner: Promise<GroupMember> | undefined

  get isExpired(): boolean {
    return this.#isExpired
  }

  /** Resolves when it expires. */
  get expired(): Promise<void> {
    return this.#expiry.promise
  }

  /** The brokers wait no longer and give the partitions to others. */
  expire(): void {
    this.#isExpired = true
    this.#expiry.resolve()
    void this.inner?.then((inner) => inner.leave())
  }
}
