// The rules of files: what an image is, what a name may hold, how bytes are served.
import {
  FILE_NAME_LENGTH_MAX,
  IMAGE_BYTES_MAX,
  type IMAGE_TYPES,
  type FileInfo,
} from '@sosik/contract/files'
import { Problem } from '@sosik/contract/errors'
import type { Static } from 'typebox'

export type FileKind = Static<typeof FileInfo>['kind']
type MediaType = (typeof IMAGE_TYPES)[number] | typeof BYTES_TYPE

/** What nothing opens by itself. */
const BYTES_TYPE = 'application/octet-stream'

/** So many bytes at the beginning tell what an image is. */
export const HEAD_BYTES = 12

/** By the first bytes as Latin-1 text, whatever the caller or the name says. */
const BEGINS: Readonly<Record<(typeof IMAGE_TYPES)[number], (head: string) => boolean>> = {
  'image/jpeg': (head) => head.startsWith('\xff\xd8\xff'),
  'image/png': (head) => head.startsWith('\x89PNG\r\n\x1a\n'),
  'image/gif': (head) => head.startsWith('GIF87a') || head.startsWith('GIF89a'),
  'image/webp': (head) => head.startsWith('RIFF') && head.startsWith('WEBP', 8),
}

/** Throws `image_invalid` for an image that begins like none; a file is never looked into. */
export function mediaTypeOf(kind: FileKind, head: Uint8Array): MediaType {
  if (kind === 'file') return BYTES_TYPE
  const text = Buffer.from(head).toString('latin1')
  for (const [mediaType, begins] of Object.entries(BEGINS)) {
    if (begins(text)) return mediaType as MediaType
  }
  throw new Problem('image_invalid')
}

/** The route's own limit is that of files. */
export function requireSize(kind: FileKind, sizeBytes: number): void {
  if (kind === 'file' || sizeBytes <= IMAGE_BYTES_MAX) return
  throw new Problem('body_too_large', `An image has ${IMAGE_BYTES_MAX} bytes at most.`)
}

/** In NFC, and without the marks that turn the writing around and hide what a name ends in. */
export function fileName(given: string): string {
  const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
  const name = given.toWellFormed().normalize('NFC').replace(turning, '')
  if (name !== '' && Array.from(name).length <= FILE_NAME_LENGTH_MAX) return name
  throw new Problem('body_invalid', `A name has 1 to ${FILE_NAME_LENGTH_MAX} characters in NFC.`)
}

/** RFC 6266: the name in UTF-8, and for those who do not read that, what is left of it in ASCII. */
export function disposition(kind: FileKind, name: string): string {
  const ascii = name.replace(/[^ -~]|["%\\]/g, '_')
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const shown = kind === 'image' ? 'inline' : 'attachment'
  return `${shown}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

/** Bytes of a file, both ends included. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * What a `Range` header (RFC 9110) wants; undefined for the whole file, which is also the answer to
 * several ranges and to what is no range. Throws `range_unsatisfiable` for one beyond the end.
 */
export function spanOf(range: string | undefined, sizeBytes: number): Span | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? '') ?? []
  if (from === '' && to === '') return undefined
  const last = sizeBytes - 1
  const start = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from)
  const end = from === '' || to === '' ? last : Math.min(last, Number(to))
  if (to !== '' && from !== '' && Number(to) < start) return undefined
  if (start > last) throw new Problem('range_unsatisfiable', `The file has ${sizeBytes} bytes.`)
  return { start, end }
}

/** Whether an `If-None-Match` header names the tag. */
export function hasTag(ifNoneMatch: string | undefined, tag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''))
  return tags.includes(tag) || tags.includes('*')
}
