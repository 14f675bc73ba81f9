// The files context's words: what may be uploaded, and the routes that bring and fetch it.
import { Id, Timestamp, text } from 'sosik/catalogue'
import { Type } from 'typebox'
import { route } from './route.ts'
import { UUID_PATTERN, Uuid } from './uuid.ts'

const MIB = 1_048_576
export const IMAGE_BYTES_MAX = 10 * MIB
export const FILE_BYTES_MAX = 100 * MIB
/** What one person keeps here at most, sent or not. */
export const USER_BYTES_MAX = 2_048 * MIB
export const USER_FILES_MAX = 10_000
export const FILE_NAME_LENGTH_MAX = 255

/** Those that are shown inside of a page; an SVG is a page itself and stays a file. */
export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const

/** An image is shown where it is met; a file is only ever saved. */
const FileKind = Type.Union([Type.Literal('image'), Type.Literal('file')])

/** No path, and nothing that cannot be seen. */
const FileName = Type.String({
  minLength: 1,
  maxLength: FILE_NAME_LENGTH_MAX,
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f/\\\\]+$',
})

const ADDRESS = new RegExp(`^/files/(${UUID_PATTERN})$`)

/** What a message of type image or file has as its content. */
export const fileAddress = (fileId: string): string => `/files/${fileId}`

/** The file that a message's content names; undefined for an address elsewhere. */
export const fileIdOf = (content: string): string | undefined => ADDRESS.exec(content)?.[1]

export const FileInfo = Type.Object({
  file_id: Uuid,
  address: Type.String(),
  /** Whose it is. */
  user_id: Id,
  kind: FileKind,
  name: text(FILE_NAME_LENGTH_MAX),
  /** Of an image what its content says, of a file always `application/octet-stream`. */
  media_type: Type.String(),
  size_bytes: Id,
  client_file_id: text(100),
  created_at: Timestamp,
})

export const uploadFile = route('POST /files', {
  auth: 'user',
  access: 'person',
  rate: 'upload',
  status: 201,
  query: {
    kind: FileKind,
    name: FileName,
    client_file_id: Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000]*$' }),
  },
  consumes: { mediaType: 'application/octet-stream', bytesMax: FILE_BYTES_MAX },
  answer: FileInfo,
  problems: ['length_required', 'image_invalid', 'file_conflict', 'files_full'],
  says: 'Takes a file to send; the same client id and bytes answer the first, others 422.',
})

const ofFile = { auth: 'user', access: 'member', params: { file_id: Uuid } } as const

export const readFile = route('GET /files/:file_id', {
  ...ofFile,
  produces: '*/*',
  headers: { range: Type.Optional(Type.String()), 'if-none-match': Type.Optional(Type.String()) },
  problems: ['not_found', 'range_unsatisfiable'],
  says: 'The bytes, or a range of them, for who may read the message that carries the file.',
})

export const readFileInfo = route('GET /files/:file_id/info', {
  ...ofFile,
  answer: FileInfo,
  problems: ['not_found'],
  says: 'What the file is, for the same people.',
})
