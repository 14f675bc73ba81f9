// Whom a route lets through to what its path names: the written rule that stands beside each route.

/** `through`: it is done, or refused for a reason of its own; else the code of the refusal. */
export type Outcome = 'through' | 'not_signed_in' | 'not_found' | 'not_allowed'

/**
 * Who may ask. `member` and `owner` are in the room of the path, `ex_member` was. Where the path
 * names something else, `member` has written it, sent it or got it, and `owner` is the other side.
 * An `observer` is an operator who only reads, a `redriver` one who redrives as well.
 */
export const ACTORS = [
  'anonymous',
  'stranger',
  'ex_member',
  'member',
  'owner',
  'observer',
  'redriver',
  'operator',
] as const

export type Actor = (typeof ACTORS)[number]

type Rule = Readonly<Record<Actor, Outcome>> & { readonly says: string }

const NOT_SIGNED_IN = 'not_signed_in'
const PEOPLE = {
  anonymous: NOT_SIGNED_IN,
  observer: NOT_SIGNED_IN,
  redriver: NOT_SIGNED_IN,
  operator: NOT_SIGNED_IN,
} as const
/** To who has no part in it, it is not there: nobody learns what exists. */
const OF_SOME = { ...PEOPLE, stranger: 'not_found', ex_member: 'not_found' } as const
const NOT_ALLOWED = 'not_allowed'
const THROUGH = 'through'
const OPERATORS = {
  anonymous: NOT_SIGNED_IN,
  stranger: NOT_ALLOWED,
  ex_member: NOT_ALLOWED,
  member: NOT_ALLOWED,
  owner: NOT_ALLOWED,
  observer: NOT_ALLOWED,
  redriver: NOT_ALLOWED,
  operator: THROUGH,
} as const

export const ACCESS = {
  anybody: {
    says: 'anybody',
    anonymous: THROUGH,
    stranger: THROUGH,
    ex_member: THROUGH,
    member: THROUGH,
    owner: THROUGH,
    observer: THROUGH,
    redriver: THROUGH,
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
  operator: { says: 'operators who may read', ...OPERATORS, observer: THROUGH, redriver: THROUGH },
  redriver: { says: 'operators who may redrive', ...OPERATORS, redriver: THROUGH },
  discarder: { says: 'operators who may discard', ...OPERATORS },
} as const satisfies Record<string, Rule>

export type Access = keyof typeof ACCESS

/** What an operator may do; none of them is in another one. */
export const OPERATOR_RIGHTS = ['read', 'redrive', 'discard'] as const

export type OperatorRight = (typeof OPERATOR_RIGHTS)[number]

/** What a route asks of an operator, by its access. */
export const RIGHT_OF: { readonly [One in Access]?: OperatorRight } = {
  operator: 'read',
  redriver: 'redrive',
  discarder: 'discard',
}
