// Instants as a language writes them, in the browser's time zone.

export function timeText(language: string, timestamp: string): string {
  return format(language, timestamp, { hour: 'numeric', minute: '2-digit' })
}

export function dayText(language: string, timestamp: string): string {
  const options = { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' } as const
  return format(language, timestamp, options)
}

/** Of today the time, else the day. */
export function whenText(language: string, timestamp: string, now: Date): string {
  const then = new Date(timestamp)
  if (then.toDateString() === now.toDateString()) return timeText(language, timestamp)
  const isThisYear = then.getFullYear() === now.getFullYear()
  return format(language, timestamp, {
    month: 'short',
    day: 'numeric',
    ...(!isThisYear && { year: 'numeric' }),
  })
}

function format(language: string, timestamp: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language, options).format(new Date(timestamp))
}
