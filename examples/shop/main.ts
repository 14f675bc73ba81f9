// `npm run example`: the shop's story in this process; on Kafka and PostgreSQL when both are named.
import { embeddedParts, realParts } from './parts.ts'
import { tellStory } from './story.ts'

const { KAFKA_BROKERS: brokers, DATABASE_URL: url } = process.env

const parts = brokers && url ? await realParts(brokers.split(','), url) : await embeddedParts()
console.log(brokers && url ? 'On Kafka and PostgreSQL.' : 'Everything in this process.')
await tellStory(parts, (line) => console.log(line))
console.log('example: nothing lost, nothing twice, in order')
