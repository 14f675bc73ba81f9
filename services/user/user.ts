// The rules of a person's account: what is stored of what was given, and what counts as a change.
import { randomBytes, createHash } from 'node:crypto'

/** How long a session lasts without a sign-out. */
export const SESSION_MS = 30 * 24 * 3_600_000
const TOKEN_BYTES = 32

export interface Registration {
  readonly email: string
  readonly username: string
  readonly display_name?: string | undefined
}

/** Composed characters, no blanks around: what looks the same is the same. */
export function registered(given: Registration): Required<Registration> {
  const displayName = tidyText(given.display_name ?? '')
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

/** The profile after the change, or undefined when nothing is different. */
export function changedProfile(
  before: ProfileFields,
  change: ProfileChange,
): ProfileFields | undefined {
  const displayName = tidyText(change.display_name ?? '')
  const after: ProfileFields = {
    display_name: displayName === '' ? before.display_name : displayName,
    profile_image_url: change.profile_image_url ?? before.profile_image_url,
    status_message: tidyText(change.status_message ?? before.status_message),
  }
  const same =
    after.display_name === before.display_name &&
    after.profile_image_url === before.profile_image_url &&
    after.status_message === before.status_message
  return same ? undefined : after
}

const tidyText = (text: string): string => text.normalize('NFC').trim()

/** 256 random bits; only their hash is stored. */
export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url')

export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest()
