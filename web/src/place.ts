// Where in the page a person is, as its address says: what comes after the `#`.

export const TABS = ['friends', 'rooms', 'search', 'notifications', 'me'] as const

export type Tab = (typeof TABS)[number]

export interface Place {
  readonly tab: Tab
  readonly roomId: number | undefined
  /** A message of the room that is to be seen. */
  readonly seq: number | undefined
  /** The room that is searched, and not shown. */
  readonly within: number | undefined
}

const PLACE = /^#\/(\w+)(?:\/([1-9]\d{0,14})(?:\/([1-9]\d{0,14}))?|\?in=([1-9]\d{0,14}))?$/

/** What cannot be read is the list of rooms. */
export function placeOf(hash: string): Place {
  const [, name, roomId, seq, within] = PLACE.exec(hash) ?? []
  const tab = TABS.find((one) => one === name) ?? 'rooms'
  return { tab, roomId: numberOf(roomId), seq: numberOf(seq), within: numberOf(within) }
}

/** `tab` is the list beside the room. */
export function hashOf(tab: Tab, roomId?: number, seq?: number): string {
  return `#/${[tab, roomId, seq].filter((part) => part !== undefined).join('/')}`
}

/** The search, of one room. */
export function searchIn(roomId: number): string {
  return `${hashOf('search')}?in=${roomId}`
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}
