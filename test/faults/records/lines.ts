// What the processes of a run write down: one kind of line each, told apart by `is`.

/** When a line was written: by the machine's clock that never jumps, and by the wall's. */
export interface Stamp {
  readonly atUs: number
  readonly wallMs: number
}

export interface Place {
  readonly topic: string
  readonly partition: number
}

/** A partition in the hands of one member; `ownership` is when it was assigned, in µs. */
interface Owned extends Place {
  readonly group: string
  readonly ownership: number
}

export type Outcome = 'handled' | 'skipped' | 'deadLettered' | 'parked'

/** A worker's own account of what it owned, finished and committed. */
export type WorkerLine =
  | { readonly is: 'begin'; readonly instance: string; readonly hears: Hears }
  | (Owned & { readonly is: 'assigned'; readonly offset: number })
  | (Owned & { readonly is: 'revoked' | 'lost' })
  | (Owned & { readonly is: 'commit'; readonly offset: number })
  | (Place & {
      readonly is: 'done'
      readonly group: string
      readonly offset: number
      readonly outcome: Outcome
    })
  | (Place & {
      readonly is: 'failed'
      readonly group: string
      readonly offset: number
      readonly eventId: string
      readonly attempt: number
      readonly error: string
    })

/** The event types that each group has a handler for. */
export type Hears = Readonly<Record<string, readonly string[]>>

export type CommandKind =
  | 'message'
  | 'read'
  | 'profile'
  | 'friend'
  | 'edit'
  | 'delete'
  | 'join'
  | 'leave'

/** What a command was answered, as far as the checks compare it. */
export interface CommandResult {
  readonly message_id?: string
  readonly seq?: number
  readonly read_seq?: number
  readonly friendship_id?: number
  readonly status_message?: string
}

/** A command's way: invoked once, asked again with the same id until its outcome is known. */
export type CommandLine =
  | {
      readonly is: 'invoke'
      readonly command: string
      readonly kind: CommandKind
      readonly userId: number
      readonly roomId?: number
      /** Made to be refused: nothing of it may ever be seen. */
      readonly isRefusable?: boolean
      /** Who comes or goes. */
      readonly guestId?: number
      /** Of a message: who was no member when it was said, and may never be told it. */
      readonly hiddenFromId?: number
    }
  | { readonly is: 'info'; readonly command: string; readonly api: string; readonly why: string }
  | {
      readonly is: 'ok'
      readonly command: string
      readonly api: string
      readonly tries: number
      readonly result: CommandResult
    }
  | { readonly is: 'fail'; readonly command: string; readonly api: string; readonly code: string }

/** What a reader's streams brought. */
export type StreamLine =
  | { readonly is: 'opened'; readonly userId: number; readonly from: string | undefined }
  | { readonly is: 'ready' | 'resync'; readonly userId: number; readonly head: string }
  | {
      readonly is: 'news'
      readonly userId: number
      readonly cursor: string
      readonly type: string
      /** The message's, or what else the news is about. */
      readonly subject: string
      readonly roomId: number | undefined
    }
  | { readonly is: 'closed'; readonly userId: number; readonly why: string }

/** A fault as it was, and what it was aimed at. */
export interface Fault {
  readonly number: number
  readonly kind: string
  readonly target: string
  readonly parameters: Readonly<Record<string, number | string>>
}

export type NemesisLine =
  | (Fault & { readonly is: 'start' | 'end' })
  /** A record that the nemesis wrote itself. */
  | (Place & { readonly is: 'poison'; readonly offset: number; readonly why: string })
  /** A server process ended though nobody ended it. */
  | { readonly is: 'died'; readonly name: string }

/** What the collector saw while the run went on. */
export type ProbeLine =
  | (Place & { readonly is: 'committed'; readonly group: string; readonly offset: number })
  | { readonly is: 'backlog'; readonly unsent: number; readonly written: number }
  | {
      readonly is: 'process'
      readonly name: string
      readonly memoryBytes: number
      readonly descriptors: number
    }
