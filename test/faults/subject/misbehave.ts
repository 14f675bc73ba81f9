// What a marked record does to its handler before the handler does its work.
import { setTimeout as delay } from 'node:timers/promises'
import type { DomainEvent } from 'sosik'
import type { Delivery } from 'sosik/catalogue'
import type { Database } from 'sosik/postgres'
import type { Mark } from './marks.ts'

/** What fails or ends its process does so no more once it is brought back by a redrive. */
export async function misbehave(
  mark: Mark,
  event: DomainEvent,
  { attempt, redrives }: Delivery,
  database: Database,
): Promise<void> {
  switch (mark.how) {
    case 'slow':
      await delay(mark.amount)
      break
    case 'block':
      // Nothing else runs in this process meanwhile, heartbeats included.
      for (const end = performance.now() + mark.amount; performance.now() < end; );
      break
    case 'throw':
      if (redrives === 0 && attempt <= mark.amount) throw new Error(`Attempt ${attempt} is marked.`)
      break
    case 'crash':
      if (redrives > 0) break
      if (await mayCrash(database, mark, event.id)) process.kill(process.pid, 'SIGKILL')
      break
  }
}

/** Counted outside the effect's transaction, which dies with the process. */
async function mayCrash(database: Database, mark: Mark, eventId: string): Promise<boolean> {
  const crashed = await database.query(
    `insert into fault_crash (consumer_group, event_id)
     select $1, $2 where (select count(*) from fault_crash
       where consumer_group = $1 and event_id = $2) < $3 returning 1`,
    [mark.group, eventId, mark.amount],
  )
  return crashed.length > 0
}
