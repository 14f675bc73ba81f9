// Where in the face one is, as the part of the address behind `#`: a page and its fields. Pure.

export const PAGES = ['overview', 'letters', 'outbox', 'why', 'figures', 'topics'] as const

export type Page = (typeof PAGES)[number]

export interface Place {
  readonly page: Page
  readonly fields: Readonly<Record<string, string>>
}

/** The overview for what names no page. */
export function placeOf(hash: string): Place {
  const [name = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const page = PAGES.find((one) => one === name) ?? 'overview'
  return { page, fields: Object.fromEntries(new URLSearchParams(query)) }
}

/** Fields that are empty are left out. */
export function hashOf(page: Page, fields: Readonly<Record<string, string>> = {}): string {
  const said = Object.entries(fields).filter(([, value]) => value !== '')
  const query = new URLSearchParams(said).toString()
  return `#/${page}${query && `?${query}`}`
}
