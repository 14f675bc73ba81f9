// Catches what a simulated run must never ask: the machine's time, timers and chance.

const GLOBALS = globalThis as unknown as Record<string, unknown>

/** Where each of them lies, by the name that it is reported with. */
const ASKED: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['Date.now', Date as unknown as Record<string, unknown>, 'now'],
  ['performance.now', performance as unknown as Record<string, unknown>, 'now'],
  ['Math.random', Math as unknown as Record<string, unknown>, 'random'],
  ['crypto.getRandomValues', crypto as unknown as Record<string, unknown>, 'getRandomValues'],
  ['crypto.randomUUID', crypto as unknown as Record<string, unknown>, 'randomUUID'],
  ['setTimeout', GLOBALS, 'setTimeout'],
  ['setInterval', GLOBALS, 'setInterval'],
  ['setImmediate', GLOBALS, 'setImmediate'],
]

/** Runs `work`; answers whom it asked, each with the place in the code that did. */
export async function askedOfRealWorld(work: () => Promise<void>): Promise<string[]> {
  const asked: string[] = []
  const ends = ASKED.map(([name, owner, field]) => {
    const original = owner[field] as (...values: unknown[]) => unknown
    owner[field] = (...values: unknown[]) => {
      const [, , place = ''] = (new Error(name).stack ?? '').split('\n')
      asked.push(`${name} ${place.trim()}`)
      return original.apply(owner, values)
    }
    return () => {
      owner[field] = original
    }
  })
  try {
    await work()
  } finally {
    for (const end of ends) end()
  }
  return asked
}
