// What travels with a commit beside its offset: done beyond it, starts noted, and a replay's end.

/** At most this many offsets lie between the first that is not done and the last that was taken. */
export const SPAN_MAX = 16_384
/** Starts that one commit can carry. */
export const NOTED_MAX = 64

/** What a group does on a replay with what it has handled before. */
export type ReplayInbox = 'skip_seen' | 'force' | 'side_effect_free'

/** A record that was started, and how often in a row without coming back. */
export interface Noted {
  readonly offset: bigint
  readonly starts: number
}

/** Records before `until` are read again on purpose. */
export interface Replay {
  readonly until: bigint
  readonly inbox: ReplayInbox
}

export interface CommitMetadata {
  /** Offsets beyond the committed one that are done, in any order. */
  readonly done: readonly bigint[]
  /** Owners in a row that did not say goodbye, with the one that owns it now; 0 when none does. */
  readonly opened: number
  readonly noted: readonly Noted[]
  readonly replay?: Replay | undefined
}

/** Written first, so that a reader knows the form; `b1:` is the older one: only the bits. */
const FORM = 's2:'
const FORM_OF_BITS = 'b1:'
const INBOXES: readonly ReplayInbox[] = ['skip_seen', 'force', 'side_effect_free']
const BYTE_MAX = 255

/** Nothing beyond the offset, and nobody at work. */
export const NO_METADATA: CommitMetadata = { done: [], opened: 0, noted: [] }

/**
 * As text for a commit at `base`; '' when it says nothing. 3,607 bytes at most: what lies out of
 * the span, and the last of too many starts, are left out.
 */
export function writeMetadata(base: bigint, metadata: CommitMetadata): string {
  const { opened } = metadata
  const replay = metadata.replay && metadata.replay.until > base ? metadata.replay : undefined
  const noted = metadata.noted.filter(({ offset }) => offset >= base).slice(0, NOTED_MAX)
  const bits = bitsOf(base, metadata.done)
  if (opened === 0 && replay === undefined && noted.length === 0 && bits.length === 0) return ''
  const bytes: number[] = [Math.min(opened, BYTE_MAX)]
  bytes.push(replay === undefined ? 0 : INBOXES.indexOf(replay.inbox) + 1)
  if (replay !== undefined) pushNumber(bytes, replay.until - base)
  bytes.push(noted.length)
  for (const { offset, starts } of noted) {
    pushNumber(bytes, offset - base)
    bytes.push(Math.min(starts, BYTE_MAX))
  }
  return `${FORM}${Buffer.concat([Buffer.from(bytes), bits]).toString('base64')}`
}

/** Metadata of another form, or of nobody's, says nothing: then all is handled again. */
export function readMetadata(base: bigint, text: string): CommitMetadata {
  if (text.startsWith(FORM_OF_BITS)) {
    const bits = Buffer.from(text.slice(FORM_OF_BITS.length), 'base64')
    return { ...NO_METADATA, done: offsetsOf(base, bits) }
  }
  if (!text.startsWith(FORM)) return NO_METADATA
  const bytes = Buffer.from(text.slice(FORM.length), 'base64')
  let at = 0
  const byte = () => bytes[at++] ?? 0
  const number = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const next = byte()
      value |= BigInt(next & 0x7f) << shift
      if (next < 0x80) return value
    }
  }
  const opened = byte()
  const inbox = INBOXES[byte() - 1]
  const replay = inbox && { until: base + number(), inbox }
  const noted = Array.from({ length: Math.min(byte(), NOTED_MAX) }, () => ({
    offset: base + number(),
    starts: byte(),
  }))
  if (at > bytes.length) return NO_METADATA
  return { done: offsetsOf(base, bytes.subarray(at)), opened, noted, replay }
}

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function pushNumber(bytes: number[], value: bigint): void {
  let rest = value
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
}

/** A bit for each offset after `base`, which itself is never done. */
function bitsOf(base: bigint, offsets: readonly bigint[]): Uint8Array {
  const places = offsets.map((offset) => Number(offset - base)).filter(isPlace)
  if (places.length === 0) return new Uint8Array()
  let last = 0
  for (const place of places) last = Math.max(last, place)
  const bits = new Uint8Array((last >> 3) + 1)
  for (const place of places) bits[place >> 3] = (bits[place >> 3] ?? 0) | (1 << (place & 7))
  return bits
}

function offsetsOf(base: bigint, bits: Uint8Array): bigint[] {
  const offsets: bigint[] = []
  for (let place = 0; place < bits.length * 8; place += 1) {
    if ((bits[place >> 3] ?? 0) & (1 << (place & 7))) offsets.push(base + BigInt(place))
  }
  return offsets
}

const isPlace = (place: number): boolean => place > 0 && place <= SPAN_MAX
