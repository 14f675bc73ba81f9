// `sosik dlq show`: one dead letter, whole; what it says of anybody only when that is asked for.
import type { Command } from 'commander'
import type { ConsumerGroup } from 'sosik/catalogue'
import { CommandError } from '../command-error.ts'
import { groupsNamed } from '../groups/named.ts'
import {
  type DlqFlags,
  type DlqParts,
  lettersOf,
  onDlq,
  type OpenDlq,
  withDlqOptions,
} from './parts.ts'
import { placeText } from './rows.ts'
import { type Place, placeIn } from './selection.ts'
import { printSections, type Sections, sectionsOfEntry, sectionsOfRecord } from './sections.ts'

interface ShowFlags extends DlqFlags {
  readonly group?: string
  readonly payload?: true
}

const HELP = `
The place is where the event itself lies, as \`sosik dlq list\` has it. The place of a letter is
understood as well, in any topic: one that Sosik wrote, or a broker for a share group, Kafka
Connect, Kafka Streams or Spring; what their headers say is told in the same words.

Examples:
  sosik dlq show message.events/3/1207
  sosik dlq show message.events/3/1207 --payload
  sosik dlq show connect.failed/0/12 --json`

export function addShow(dlq: Command, open: OpenDlq): void {
  withDlqOptions(dlq.command('show'))
    .description('One dead letter: why, whence, its headers, and what waits behind it.')
    .argument('<topic/partition/offset>', 'where the event lies, or a letter')
    .option('--group <group>', 'of this group only')
    .option('--payload', "the event's data as well: it may be personal")
    .addHelpText('after', HELP)
    .action((text: string, flags: ShowFlags) =>
      onDlq(open, flags, async (parts) => {
        const place = placeIn(text)
        const { output, payload = false } = flags
        const isEvent = parts.catalogue.topics.some(({ name }) => name === place.topic)
        const all = isEvent
          ? await ofEvent(parts, place, groupsNamed(parts.catalogue, named(flags)), payload)
          : [await ofLetter(parts, place, payload)]
        printSections(all, output)
        return 0
      }),
    )
}

const named = ({ group }: ShowFlags): string[] => (group === undefined ? [] : [group])

/** One event may be a dead letter of several groups. */
async function ofEvent(
  parts: DlqParts,
  place: Place,
  groups: readonly ConsumerGroup[],
  payload: boolean,
): Promise<Sections[]> {
  const all: Sections[] = []
  for (const group of groups) {
    const shown = await lettersOf(parts, group).show(place)
    if (shown !== undefined) all.push(sectionsOfEntry(shown, payload))
  }
  if (all.length > 0) return all
  throw new CommandError(
    `${placeText(place)} is no dead letter of ${groups.map(({ name }) => name).join(', ')}. ` +
      '`sosik dlq list` shows those that are.',
  )
}

async function ofLetter(parts: DlqParts, place: Place, payload: boolean): Promise<Sections> {
  for await (const record of parts.reader.read(place, place.offset, place.offset + 1n)) {
    if (record.offset === place.offset) return sectionsOfRecord(record, payload)
  }
  throw new CommandError(
    `Nothing lies at ${placeText(place)}: it is older than its topic keeps, or not there yet.`,
  )
}
