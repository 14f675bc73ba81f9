// Marks: what a message says when its handler in one group has to misbehave.

export interface Mark {
  readonly how: 'slow' | 'throw' | 'crash' | 'block'
  readonly group: string
  /** Milliseconds for slow and block, times for throw and crash. */
  readonly amount: number
}

const MARK = /^!(slow|throw|crash|block) ([\w-]+) (\d+)/

export const markText = ({ how, group, amount }: Mark): string => `!${how} ${group} ${amount}`

/** Undefined for an event that is not marked. */
export function markOf(data: object): Mark | undefined {
  const content = 'content' in data ? data.content : undefined
  const [, how, group = '', amount] = MARK.exec(typeof content === 'string' ? content : '') ?? []
  if (how === undefined) return undefined
  return { how: how as Mark['how'], group, amount: Number(amount) }
}
