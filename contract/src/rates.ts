// How often callers may ask: limits as data, in classes that routes name.

/** Whose calls are counted together. `account` is whom a sign-in names, whoever asks. */
export type RateSubject = 'address' | 'user' | 'room' | 'account' | 'account_and_address'

export interface Rate {
  readonly per: RateSubject
  /** So many at once; what was used comes back evenly over the period. */
  readonly calls: number
  readonly periodMs: number
}

const SECONDS = 1_000
const MINUTES = 60 * SECONDS
const HOURS = 60 * MINUTES

/** Counted for every request, before anything else is done for it. */
export const ADDRESS_RATE: Rate = { per: 'address', calls: 10_000, periodMs: 10 * SECONDS }

/**
 * A room's limit is counted of what its members have done, so that no stranger uses it up. The
 * limits of a sign-in grow stricter with every wrong password and never close: somebody else's
 * tries cost the owner of an account nothing at an address of their own, but for the last limit,
 * which bounds guesses from many addresses to one in six seconds.
 */
export const RATES = {
  default: [{ per: 'user', calls: 500, periodMs: 10 * SECONDS }],
  send: [
    { per: 'user', calls: 200, periodMs: 10 * SECONDS },
    { per: 'room', calls: 1_000, periodMs: 10 * SECONDS },
  ],
  upload: [{ per: 'user', calls: 60, periodMs: 1 * MINUTES }],
  search: [{ per: 'user', calls: 50, periodMs: 10 * SECONDS }],
  stream: [
    { per: 'address', calls: 6_000, periodMs: 1 * MINUTES },
    { per: 'user', calls: 120, periodMs: 1 * MINUTES },
  ],
  /** Of who is signed in and guesses at the password. */
  password: [{ per: 'user', calls: 10, periodMs: 5 * MINUTES }],
  /** A token is long and random: nobody guesses it so often, and nobody mistypes it so often. */
  operator_sign_in: [{ per: 'address', calls: 20, periodMs: 1 * MINUTES }],
  register: [{ per: 'address', calls: 600, periodMs: 10 * MINUTES }],
  sign_in: [
    { per: 'address', calls: 300, periodMs: 1 * MINUTES },
    { per: 'account_and_address', calls: 5, periodMs: 10 * SECONDS },
    { per: 'account_and_address', calls: 10, periodMs: 5 * MINUTES },
    { per: 'account_and_address', calls: 30, periodMs: 3 * HOURS },
    { per: 'account', calls: 100, periodMs: 10 * MINUTES },
  ],
} as const satisfies Record<string, readonly Rate[]>

export type RateClass = keyof typeof RATES
