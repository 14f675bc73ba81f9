// A page of a list: one row more than was asked for tells that there is more.

export interface Page<Item, Next> {
  readonly items: Item[]
  next?: Next
}

/** `rows` are at most `limit + 1`, in the order of the list; `nextAfter` says what follows one. */
export function pageOf<Item, Next>(
  rows: readonly Item[],
  limit: number,
  nextAfter: (last: Item) => Next,
): Page<Item, Next> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return rows.length > limit && last !== undefined ? { items, next: nextAfter(last) } : { items }
}
