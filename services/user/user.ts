// The rules of a person's account: what is stored of what was given, and what counts as a change.
import { createHash, randomBytes } from 'node:crypto'
import { Problem } from '@sosik/contract/errors'

/** How long a session lasts without a sign-out. */
export const SESSION_MS = 30 * 24 * 3_600_000
/** How long it lasts unused: without a request and without an open stream. */
export const SESSION_IDLE_MS = 14 * 24 * 3_600_000
const TOKEN_BYTES = 32
const DISPLAY_NAME_LENGTH_MAX = 50
const STATUS_MESSAGE_LENGTH_MAX = 200

export interface Registration {
  readonly email: string
  readonly username: string
  readonly display_name?: string | undefined
}

/** Throws `body_invalid` for a display name that is too long once it is composed. */
export function registered(given: Registration): Required<Registration> {
  const displayName = tidyName(given.display_name ?? '')
  return {
    email: given.email.trim(),
    username: given.username,
    display_name: displayName === '' ? given.username : displayName,
  }
}

export interface ProfileFields {
  readonly display_name: string
  readonly profile_image_url: string
  readonly status_message: string
}

export type ProfileChange = { readonly [Name in keyof ProfileFields]?: string | undefined }

/** The profile after the change, or undefined when nothing is different; throws as `registered`. */
export function changedProfile(
  before: ProfileFields,
  change: ProfileChange,
): ProfileFields | undefined {
  const displayName = tidyName(change.display_name ?? '')
  const after: ProfileFields = {
    display_name: displayName === '' ? before.display_name : displayName,
    profile_image_url: (change.profile_image_url ?? before.profile_image_url).toWellFormed(),
    status_message: tidyText(
      'status_message',
      change.status_message ?? before.status_message,
      STATUS_MESSAGE_LENGTH_MAX,
    ),
  }
  const same =
    after.display_name === before.display_name &&
    after.profile_image_url === before.profile_image_url &&
    after.status_message === before.status_message
  return same ? undefined : after
}

const tidyName = (given: string) => tidyText('display_name', given, DISPLAY_NAME_LENGTH_MAX)

/**
 * Composed characters, no blanks around: what looks the same is the same. Composing can make a text
 * longer than the contract has let in, so it is measured again.
 */
function tidyText(field: string, given: string, lengthMax: number): string {
  const text = given.toWellFormed().normalize('NFC').trim()
  if (Array.from(text).length <= lengthMax) return text
  throw new Problem('body_invalid', `${field} is longer than ${lengthMax} characters in NFC.`)
}

/** 256 random bits; only their hash is stored. */
export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url')

export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest()
