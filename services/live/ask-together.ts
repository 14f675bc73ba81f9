// Asks for many at once: who comes while a question is under way shares the next one.

/** `ask` hears of each id once; its answer goes to all who asked for one of them. */
export function askTogether<Id, Answer>(
  ask: (ids: readonly Id[]) => Promise<Answer>,
): (ids: Iterable<Id>) => Promise<Answer> {
  let waiting: { readonly ids: Set<Id>; readonly answer: PromiseWithResolvers<Answer> } | undefined
  let isAsking = false

  async function askAll(): Promise<void> {
    isAsking = true
    for (let now = waiting; now !== undefined; now = waiting) {
      waiting = undefined
      await ask([...now.ids]).then(now.answer.resolve, now.answer.reject)
    }
    isAsking = false
  }

  return (ids) => {
    waiting ??= { ids: new Set(), answer: Promise.withResolvers<Answer>() }
    for (const id of ids) waiting.ids.add(id)
    const { promise } = waiting.answer
    if (!isAsking) void askAll()
    return promise
  }
}
