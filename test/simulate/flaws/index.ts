// All seeded flaws, by what they are flaws of.
import type { Sql } from 'sosik/postgres'
import { type OpenLive, openLive, runLiveSeed } from '../live/scene.ts'
import { consumingFlaws } from './consuming.ts'
import { deadLetterFlaws } from './dead-letters.ts'
import type { Flaw } from './flaw.ts'
import { publishingFlaws } from './publishing.ts'

/** What was missed is never looked up: only the bell tells. */
const bellOnly: OpenLive = (world, node, bell) => {
  const query: Sql['query'] = async <Row>(text: string, values?: readonly unknown[]) => {
    const isLookingUp = text.includes('user_seq as "userSeq"')
    return isLookingUp ? [] : node.database.query<Row>(text, values)
  }
  return openLive(world, { ...node, database: { ...node.database, query } }, bell)
}

const bellOnlyFlaw: Flaw = {
  name: 'bell-only notifications',
  seedsMax: 200,
  run: (seed, keepsHistory) => runLiveSeed(seed, keepsHistory, bellOnly),
}

export type { Flaw }

export const FLAWS: readonly Flaw[] = [
  ...consumingFlaws,
  ...deadLetterFlaws,
  ...publishingFlaws,
  bellOnlyFlaw,
]
