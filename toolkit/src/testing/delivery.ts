// What a handler is told beside its event, for tests that call one by hand.
import type { Delivery } from '../catalogue/group.ts'

/** A first attempt that nobody gives up, unless `fields` say otherwise. */
export function deliveryOf(fields: Partial<Delivery> = {}): Delivery {
  const { signal } = new AbortController()
  return { signal, attempt: 1, redrives: 0, isReplay: false, ...fields }
}
