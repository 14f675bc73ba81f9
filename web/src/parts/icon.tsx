// The page's few pictures, as lines in the colour of the text around them.

const PATHS = {
  friends: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 20c0-3.5 3.6-5.5 8-5.5s8 2 8 5.5',
  rooms: 'M4 5h16v11H10l-5 4v-4H4Z',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM16 16l4.5 4.5',
  notifications: 'M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15ZM10 21h4',
  me: 'M4 7h10M18 7h2M4 12h3M11 12h9M4 17h8M16 17h4M16 5v4M9 10v4M14 15v4',
  back: 'M15 5l-7 7 7 7',
  image: 'M4 5h16v14H4ZM4 16l5-5 5 5 3-3 3 3M15.5 9.5h.01',
  file: 'M20 11l-8 8a4.6 4.6 0 0 1-6.5-6.5L13 5a3 3 0 0 1 4.3 4.3L10 16.5a1.5 1.5 0 0 1-2-2L14 8',
  send: 'M12 19V5M6 11l6-6 6 6',
  details: 'M4 7h16M4 12h16M4 17h16',
  options: 'M5 12h.01M12 12h.01M19 12h.01',
  add: 'M12 5v14M5 12h14',
  muted: 'M5 9.5h3L13 5v14l-5-4.5H5ZM16.5 9.5l5 5M21.5 9.5l-5 5',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
