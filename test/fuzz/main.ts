// `npm run fuzz:api`: the API under invented requests, for long.
import { OPERATOR_TOKEN, startProduct } from '../security/product.ts'
import { commandOptions } from '../support/command-options.ts'
import { type Fuzzed, fuzzApi } from './api.ts'

const { examples, seed } = commandOptions({
  name: 'fuzz:api',
  does: 'Invents requests from the OpenAPI document, as a person and as the operator.',
  numbers: {
    examples: [50, 'at most so many of a route'],
    seed: [Date.now() % 1_000_000, 'chooses them; the default is another one each time'],
  },
})

const product = await startProduct({ workers: true })
const runs: Fuzzed[] = []
try {
  const { token } = await product.somebody()
  const common = {
    url: product.url,
    phases: 'examples,coverage,fuzzing',
    examples,
    seed,
    say: console.log,
  }
  console.log(`fuzz: seed ${seed}, as a person`)
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
