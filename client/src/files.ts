// Files over the API: uploaded from a Blob, fetched as a stream; in browsers and in Node.
import { readFile, uploadFile } from '@sosik/contract/files'
import type { AnswerOf, QueryOf } from '@sosik/contract/route'
import { addressOf, authorization, type Client, ProblemAnswer } from './client.ts'

export interface NewFile {
  readonly kind: QueryOf<typeof uploadFile>['kind']
  readonly name: string
  /** A `File` of a browser, or `fs.openAsBlob(path)` of Node: read as it is sent. */
  readonly bytes: Blob
  /** The same for another try, so that both come to one file; a new one when left out. */
  readonly clientFileId?: string
  /** There is no time limit but this. */
  readonly signal?: AbortSignal
}

/** Uploads a file, to be sent as a message whose content is the `address` of the answer. */
export async function upload(
  { options: { baseUrl, token, fetch: ask = fetch } }: Client,
  { kind, name, bytes, clientFileId = crypto.randomUUID(), signal }: NewFile,
): Promise<AnswerOf<typeof uploadFile>> {
  const query = { kind, name, client_file_id: clientFileId }
  const response = await ask(addressOf(baseUrl, uploadFile, {}, query), {
    method: uploadFile.method,
    headers: { ...authorization(token), 'content-type': uploadFile.consumes.mediaType },
    body: bytes,
    signal: signal ?? null,
  })
  return (await accepted(response)).json() as Promise<AnswerOf<typeof uploadFile>>
}

export interface DownloadOptions {
  /** The first byte and the last one, both included; the whole file when left out. */
  readonly range?: { readonly start: number; readonly end?: number }
  /** There is no time limit but this. */
  readonly signal?: AbortSignal
}

/** The answer with the file's bytes as its body; `readFileInfo` tells what they are. */
export async function download(
  { options: { baseUrl, token, fetch: ask = fetch } }: Client,
  fileId: string,
  { range, signal }: DownloadOptions = {},
): Promise<Response> {
  const response = await ask(addressOf(baseUrl, readFile, { file_id: fileId }, {}), {
    headers: {
      ...authorization(token),
      ...(range && { range: `bytes=${range.start}-${range.end ?? ''}` }),
    },
    signal: signal ?? null,
  })
  return accepted(response)
}

async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response
  throw new ProblemAnswer(response.status, await response.json().catch(() => ({})))
}
