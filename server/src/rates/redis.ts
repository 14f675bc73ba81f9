// Counts that all processes share, in Redis: one script looks at all of an ask's counts at once.
import { redisClient, type RedisOptions, redisScript } from '@sosik/services/redis.ts'
import { type Ask, costMs, debtMsMax, type Rates } from './rates.ts'

const COMMANDS_QUEUED_MAX = 1_000

// Redis' own clock, so that the processes' need not agree. ARGV: 1 to raise, then cost and bound
// of each key. Answers 1 when all fit, and what each count takes until it is paid off.
const take = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local debts, fits = {}, 1
for i, key in ipairs(KEYS) do
  debts[i] = math.max((tonumber(redis.call('GET', key)) or now) - now, 0)
  if debts[i] + tonumber(ARGV[2 * i]) > tonumber(ARGV[2 * i + 1]) then fits = 0 end
end
if fits == 1 and ARGV[1] == '1' then
  for i, key in ipairs(KEYS) do
    debts[i] = debts[i] + tonumber(ARGV[2 * i])
    redis.call('SET', key, string.format('%.0f', now + debts[i]), 'PX', debts[i])
  end
end
table.insert(debts, 1, fits)
return debts
`)

export async function redisRates(options: RedisOptions): Promise<Rates> {
  const client = redisClient(options, COMMANDS_QUEUED_MAX)
  await client.connect()

  async function run(raise: boolean, asks: readonly Ask[]) {
    if (asks.length === 0) return { fits: true, debtsMs: [] }
    const bounds = asks.flatMap(({ rate }) => [String(costMs(rate)), String(debtMsMax(rate))])
    const answer = await take(client, {
      keys: asks.map((ask) => ask.key),
      arguments: [raise ? '1' : '0', ...bounds],
    })
    const [fits, ...debtsMs] = answer as number[]
    return { fits: fits === 1, debtsMs }
  }

  return {
    take: (asks) => run(true, asks),
    look: (asks) => run(false, asks),
    async forget(keys) {
      if (keys.length > 0) await client.del([...keys])
    },
    close: () => client.close(),
  }
}
