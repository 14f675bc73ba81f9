// A dead letter as sections of names and values: for a person, or as JSON.
import { keyText, type LogRecord, originalOf, readOrigin, type ShownLetter } from 'sosik'
import type { OutputFlags } from '../output.ts'
import { plainLine, printJson } from '../table.ts'
import { timeText } from '../time.ts'
import { placeText } from './rows.ts'

type Value = string | number | null | undefined
type Section = Readonly<Record<string, Value>> | readonly Value[]

export type Sections = Readonly<Record<string, Section>>

/** Fields of a letter that are the event itself, and are shown as such. */
const EVENT_FIELDS = /^original_/

/** What the index, the letter and the original say, and what waits behind it. */
export function sectionsOfEntry(shown: ShownLetter, payload: boolean): Sections {
  const { entry, letter, original, followers } = shown
  const { group, eventType, eventId, errorCode, error, redrives, starts, state } = entry
  return {
    dead_letter: {
      group,
      at: placeText(entry),
      state,
      type: eventType,
      id: eventId,
      key: entry.key === null ? undefined : keyText(entry.key),
      code: errorCode,
      error,
      failed: timeText(entry.failedAtMs),
      redrives,
      starts,
      run: entry.runId,
      parked_since: entry.parks ? timeText(entry.parkedAtMs) : undefined,
      ended: entry.endedAtMs === null ? undefined : timeText(entry.endedAtMs),
      letter: letter === undefined ? 'gone: it is older than its topic keeps' : placeText(letter),
    },
    ...(letter && letterSections(letter)),
    ...(original && eventSections(original, payload)),
    ...(followers.length > 0 && { waiting: followers.map(placeText) }),
  }
}

/** A record of any dead letter topic, whoever wrote it. */
export function sectionsOfRecord(record: LogRecord, payload: boolean): Sections {
  const original = originalOf(record)
  return {
    record: {
      at: placeText(record),
      written: timeText(record.timestampMs),
      key: record.key === null ? undefined : keyText(record.key),
      event: original && placeText(original),
    },
    ...letterSections(record),
    ...(original ? eventSections(original, payload) : payloadSection(record.value, payload)),
  }
}

function letterSections(letter: LogRecord): Sections {
  const said = originalOf(letter) === undefined ? {} : fieldsOf(letter)
  return {
    origin: readOrigin(letter.headers) ?? { family: 'none that is known' },
    ...(Object.keys(said).length > 0 && { letter: said }),
    headers: headersOf(letter),
  }
}

function eventSections(original: LogRecord, payload: boolean): Sections {
  return {
    event: { at: placeText(original), written: timeText(original.timestampMs) },
    event_headers: headersOf(original),
    ...payloadSection(original.value, payload),
  }
}

function payloadSection(value: Uint8Array | null, payload: boolean): Sections {
  if (value === null) return { payload: { bytes: 0 } }
  if (!payload) return { payload: { bytes: value.length, shown: 'with --payload' } }
  const text = textIn(value)
  const data = text === undefined ? { base64: Buffer.from(value).toString('base64') } : { text }
  return { payload: { bytes: value.length, ...data } }
}

/** Undefined for bytes that are no UTF-8. */
function textIn(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined
}

/** What stands in the letter beside the event. */
function fieldsOf({ value }: LogRecord): Record<string, Value> {
  const body = JSON.parse(Buffer.from(value ?? []).toString('utf8')) as Record<string, Value>
  return Object.fromEntries(Object.entries(body).filter(([name]) => !EVENT_FIELDS.test(name)))
}

/** Of several headers of one name each has its line. */
function headersOf({ headers }: LogRecord): Section {
  const texts = headers.map(([name, value]) => [name, headerText(value)] as const)
  const byName = Map.groupBy(texts, ([name]) => name)
  return Object.fromEntries(
    [...byName].map(([name, all]) => [name, all.map(([, text]) => text).join('\n')]),
  )
}

/** Spring writes numbers as bytes; a text with controls in it is one as well. */
const headerText = (value: Uint8Array): string => {
  const text = textIn(value)
  const isText = text !== undefined && !/\p{Cc}/u.test(text.replaceAll(/\s/g, ''))
  return isText ? text : `0x${Buffer.from(value).toString('hex')}`
}

export function printSections(all: readonly Sections[], output: OutputFlags['output']): void {
  if (output === 'json') printJson(all)
  else console.log(all.map(textOf).join('\n\n'))
}

function textOf(sections: Sections): string {
  return Object.entries(sections)
    .map(([title, section]) => [title.replaceAll('_', ' '), ...linesOf(section)].join('\n'))
    .join('\n')
}

function linesOf(section: Section): string[] {
  if (Array.isArray(section)) return section.map((value) => `  ${plainLine(String(value))}`)
  const said = Object.entries(section as Readonly<Record<string, Value>>).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  )
  const width = Math.max(0, ...said.map(([name]) => name.length))
  return said.map(([name, value]) => `  ${name.padEnd(width)}  ${multiline(String(value), width)}`)
}

/** A stack keeps its lines. */
const multiline = (text: string, width: number): string =>
  text
    .split('\n')
    .map(plainLine)
    .join(`\n${' '.repeat(width + 4)}`)
