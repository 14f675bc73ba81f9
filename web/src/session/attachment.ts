// A file that is to be said: as which kind, and why it would be refused before it is sent: pure.
import { FILE_BYTES_MAX, IMAGE_BYTES_MAX, IMAGE_TYPES } from '@sosik/contract/files'

export interface Attachment {
  readonly kind: 'image' | 'file'
  readonly file: File
}

type Looks = Pick<File, 'size' | 'type'>

/** What a page shows is an image, while it is small enough; everything else is a file. */
export function attachmentOf(file: File): Attachment {
  return { kind: isShown(file) ? 'image' : 'file', file }
}

export function isShown({ size, type }: Looks): boolean {
  return IMAGE_TYPES.some((one) => one === type) && size <= IMAGE_BYTES_MAX
}

export function refusalOf({ size }: Looks): 'empty' | 'tooLarge' | undefined {
  if (size === 0) return 'empty'
  return size > FILE_BYTES_MAX ? 'tooLarge' : undefined
}
