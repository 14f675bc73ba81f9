// Whom a route lets through to what its path names: the written rule that stands beside each route.

/** `through`: it is done, or refused for a reason of its own; else the code of the refusal. */
export type Outcome = 'through' | 'not_signed_in' | 'not_found' | 'not_allowed'

/**
 * Who may ask. `member` and `owner` are in the room of the path, `ex_member` was. Where the path
 * names something else, `member` has written it, sent it or got it, and `owner` is the other side.
 */
export const ACTORS = ['anonymous', 'stranger', 'ex_member', 'member', 'owner', 'operator'] as const

export type Actor = (typeof ACTORS)[number]

type Rule = Readonly<Record<Actor, Outcome>> & { readonly says: string }

const PEOPLE = { anonymous: 'not_signed_in', operator: 'not_signed_in' } as const
/** To who has no part in it, it is not there: nobody learns what exists. */
const OF_SOME = { ...PEOPLE, stranger: 'not_found', ex_member: 'not_found' } as const
const NOT_ALLOWED = 'not_allowed'
const THROUGH = 'through'

export const ACCESS = {
  anybody: {
    says: 'anybody',
    anonymous: THROUGH,
    stranger: THROUGH,
    ex_member: THROUGH,
    member: THROUGH,
    owner: THROUGH,
    operator: THROUGH,
  },
  person: {
    says: 'everybody who is signed in',
    ...PEOPLE,
    stranger: THROUGH,
    ex_member: THROUGH,
    member: THROUGH,
    owner: THROUGH,
  },
  member: { says: 'members of the room', ...OF_SOME, member: THROUGH, owner: THROUGH },
  owner: { says: 'the owner of the room', ...OF_SOME, member: NOT_ALLOWED, owner: THROUGH },
  author: { says: 'who wrote it', ...OF_SOME, member: THROUGH, owner: NOT_ALLOWED },
  author_or_owner: {
    says: 'who wrote it, and the owner of the room',
    ...OF_SOME,
    member: THROUGH,
    owner: THROUGH,
  },
  requester: { says: 'who has asked', ...OF_SOME, member: THROUGH, owner: NOT_ALLOWED },
  addressee: { says: 'who was asked', ...OF_SOME, member: NOT_ALLOWED, owner: THROUGH },
  recipient: { says: 'whose it is', ...OF_SOME, member: THROUGH, owner: 'not_found' },
  operator: {
    says: 'the operator',
    anonymous: 'not_signed_in',
    stranger: NOT_ALLOWED,
    ex_member: NOT_ALLOWED,
    member: NOT_ALLOWED,
    owner: NOT_ALLOWED,
    operator: THROUGH,
  },
} as const satisfies Record<string, Rule>

export type Access = keyof typeof ACCESS
