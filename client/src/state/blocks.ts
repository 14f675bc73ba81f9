// Whom I block as `GET /blocks` lists them, and what each event makes of them.
import type { listBlocks } from '@sosik/contract/friend'
import type { AnswerOf } from '@sosik/contract/route'
import { reducerOf } from './reducer.ts'

export type Blocked = AnswerOf<typeof listBlocks>['items'][number]

/** The last blocked first. */
export type Blocks = readonly Blocked[]

export const applyToBlocks = reducerOf<Blocks>({
  user_blocked: (blocks, { blocked }) => (blocked ? put(blocks, blocked) : blocks),
  user_unblocked: without,
  friend_changed: (blocks, { user_id, display_name, profile_image_url, status_message }) =>
    blocks.map((one) => {
      if (one.user_id !== user_id) return one
      return { ...one, display_name, profile_image_url, status_message }
    }),
})

function put(blocks: Blocks, blocked: Blocked): Blocks {
  return [...without(blocks, blocked), blocked].sort(lastBlockedFirst)
}

function without(blocks: Blocks, { user_id }: { readonly user_id: number }): Blocks {
  return blocks.filter((one) => one.user_id !== user_id)
}

function lastBlockedFirst(a: Blocked, b: Blocked): number {
  if (a.blocked_at !== b.blocked_at) return a.blocked_at < b.blocked_at ? 1 : -1
  return b.user_id - a.user_id
}
