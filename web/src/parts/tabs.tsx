// The sections of the page, each with how much is new in it.
import { hashOf, type Tab, TABS } from '../place.ts'
import { useSpeech } from '../texts/speech.tsx'
import { Icon } from './icon.tsx'

export interface TabsProps {
  readonly now: Tab
  /** Messages. */
  readonly unread: number
  readonly notifications: number
}

const COUNT_MAX = 999

export function Tabs({ now, unread, notifications }: TabsProps) {
  const { texts } = useSpeech()
  const counts: Partial<Record<Tab, number>> = { rooms: unread, notifications }
  return (
    <nav class="tabs" aria-label={texts.tabs}>
      {TABS.map((tab) => {
        const count = counts[tab] ?? 0
        const label = count > 0 ? `${texts[tab]}, ${texts.count(count)}` : texts[tab]
        return (
          <a
            key={tab}
            href={hashOf(tab)}
            title={texts[tab]}
            aria-current={tab === now ? 'page' : undefined}
          >
            <Icon name={tab} />
            <span class="only-heard">{label}</span>
            {count > 0 && <Count count={count} />}
          </a>
        )
      })}
    </nav>
  )
}

/** A number beside something that is named by its label. */
export function Count({ count }: { readonly count: number }) {
  return (
    <span class="count" aria-hidden="true">
      {count > COUNT_MAX ? `${COUNT_MAX}+` : count}
    </span>
  )
}
