// `npm run fuzz:api [-- --examples N --seed N]`: the API under invented requests, for long.
import { parseArgs } from 'node:util'
import { OPERATOR_TOKEN, startProduct } from '../security/product.ts'
import { type Fuzzed, fuzzApi } from './api.ts'

const { values } = parseArgs({
  options: {
    examples: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})

const product = await startProduct({ workers: true })
const runs: Fuzzed[] = []
try {
  const { token } = await product.somebody()
  const common = {
    url: product.url,
    phases: 'examples,coverage,fuzzing',
    examples: Number(values.examples),
    seed: Number(values.seed),
    say: console.log,
  }
  console.log(`fuzz: seed ${values.seed}, as a person`)
  runs.push(await fuzzApi({ ...common, token, asOperator: false }))
  console.log('fuzz: as the operator')
  runs.push(await fuzzApi({ ...common, token: OPERATOR_TOKEN, asOperator: true }))
} finally {
  await product.stop()
}
const cases = runs.reduce((sum, one) => sum + one.cases, 0)
const found = runs.filter(({ hasFindings }) => hasFindings).length
process.exitCode = found > 0 || cases === 0 ? 1 : 0
console.log(`fuzz: ${cases} cases, ${found} of 2 runs with findings`)
