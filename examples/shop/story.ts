// The shop's story: orders, one that nobody can fill, and what becomes of those behind it.
import { randomUUID } from 'node:crypto'
import { type Account, diagnostics } from 'sosik'
import { warehouse } from './catalogue.ts'
import type { Parts } from './parts.ts'
import { openShop } from './shop.ts'
import { listProduct } from './warehouse.ts'

const LOOK_AGAIN_MS = 20
const WAIT_MS_MAX = 30_000

/** Where all ended, for who wants to check it. */
export interface Told {
  readonly available: Readonly<Record<string, number>>
  readonly statuses: readonly string[]
  readonly account: Account
}

/** Tells its lines to `say`; closes the parts. */
export async function tellStory(parts: Parts, say: (line: string) => void): Promise<Told> {
  const { database } = parts
  // Names of this run: on a real cluster there may be an earlier one's events.
  const run = randomUUID().slice(0, 8)
  const [ann, ben, tea, matcha] = ['ann', 'ben', 'tea', 'matcha'].map((one) => `${one}-${run}`)
  if (!ann || !ben || !tea || !matcha) throw new Error('four names were given')
  const shop = await openShop(parts)
  const stopTelling = diagnostics.deadLettered.on(({ group, type, attempt, error }) => {
    if (group === warehouse.name)
      say(`Dead letter after attempt ${attempt}: ${type}. ${error.message}`)
  })
  const availableOf = async (name: string) => {
    const rows = await database.query<{ available: number }>(
      'select available from product where name = $1',
      [name],
    )
    return rows[0]?.available
  }
  try {
    await listProduct(database, tea, 10)
    const first = await shop.desk.placeOrder(ann, tea, 2)
    await until('the first order', async () => (await availableOf(tea)) === 8)
    say('Ann orders 2 teas; the warehouse reserves them: 8 are left.')

    say('Ben orders a matcha, of which nobody has told the warehouse.')
    const poison = await shop.desk.placeOrder(ben, matcha, 1)
    await until('the dead letter', async () => (await shop.letters.list()).length === 1)

    await shop.desk.cancelOrder(ben, poison)
    const later = await shop.desk.placeOrder(ben, tea, 3)
    const annAgain = await shop.desk.placeOrder(ann, tea, 1)
    await until("Ann's order", async () => (await availableOf(tea)) === 7)
    await until("Ben's line", () => shop.account().parked === 2)
    say('Ben cancels it and orders 3 teas: both wait behind his dead letter. Ann is served: 7.')

    await listProduct(database, matcha, 5)
    const [letter] = await shop.letters.list()
    const selection = { errorCode: 'SOSIK_DOMAIN' }
    const asked = { selection, requestedBy: 'Minsu' }
    const { selected } = await shop.letters.redrive({ ...asked, dryRun: true })
    say(`Minsu lists matcha. A redrive would take ${selected}: ${letter?.error}`)
    await shop.letters.redrive(asked)
    await until("Ben's key", async () => (await shop.letters.list()).length === 0)
    await until("Ben's teas", async () => (await availableOf(tea)) === 4)
    const matchas = await availableOf(matcha)
    say(`He redrives: order, cancellation, order, as Ben gave them. ${matchas} matchas, 4 teas.`)

    const ids = [first, poison, later, annAgain]
    const statuses = await until('the desk', async () => {
      const rows = await database.query<{ order_id: string; status: string }>(
        'select order_id, status from customer_order where order_id = any($1)',
        [ids],
      )
      const byId = new Map(rows.map((row) => [row.order_id, row.status]))
      const all = ids.map((id) => byId.get(id) ?? '')
      return all.includes('placed') ? undefined : all
    })
    const account = shop.account()
    say(accountLine(account))
    return { available: { tea: 4, matcha: matchas ?? 0 }, statuses, account }
  } finally {
    stopTelling()
    await shop.close()
  }
}

function accountLine({ read, handled, skipped, deadLettered, parked }: Account): string {
  return (
    `The account: ${read} read = ${handled} handled + ${skipped} skipped + ` +
    `${deadLettered} dead-lettered + ${parked} parked.`
  )
}

async function until<Answer>(
  what: string,
  look: () => Promise<Answer | undefined | false> | Answer | undefined | false,
): Promise<Answer> {
  const deadlineMs = Date.now() + WAIT_MS_MAX
  for (;;) {
    const answer = await look()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > deadlineMs) throw new Error(`The story waits in vain for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}
