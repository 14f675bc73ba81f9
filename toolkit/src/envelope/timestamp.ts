// Instants on the wire: one form is written, and Python's naive form is read as well.

const WRITTEN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const READ = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/
const MILLISECOND_DIGITS = 4

/** The instant as RFC 3339 in UTC with milliseconds and `Z`, or undefined if it is none. */
export function normalTimestamp(value: string): string | undefined {
  if (WRITTEN.test(value)) return Number.isNaN(Date.parse(value)) ? undefined : value
  const parts = READ.exec(value)
  if (parts === null) return undefined
  const [, day, clock, fraction = '', zone = 'Z'] = parts
  const milliseconds = fraction.slice(0, MILLISECOND_DIGITS)
  const instant = Date.parse(`${day}T${clock}${milliseconds}${zone}`)
  return Number.isNaN(instant) ? undefined : new Date(instant).toISOString()
}
