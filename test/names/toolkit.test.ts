// The toolkit's frozen names: what others rely on. A change of one is a line here for a reviewer.
import assert from 'node:assert/strict'
import test from 'node:test'
import { ERROR_SENTENCES } from 'sosik'
import { workspaceOf } from '../house/tree.ts'
import { namesOf, same } from './frozen.ts'

/** Code of what the toolkit throws. */
const ERRORS = `
  SOSIK_ACCOUNT
  SOSIK_CATALOGUE
  SOSIK_CLOSED
  SOSIK_COMMIT_METADATA_TOO_LARGE
  SOSIK_CRASH_POISON
  SOSIK_DEAD_LETTERS_MISSING
  SOSIK_LETTER_MISSING
  SOSIK_PARKED
  SOSIK_DECODE
  SOSIK_DOMAIN
  SOSIK_FOLDER_IN_USE
  SOSIK_GROUP_NOT_EMPTY
  SOSIK_HANDLER_TIMEOUT
  SOSIK_LOG_REFUSED
  SOSIK_LOG_UNAVAILABLE
  SOSIK_OFFSET_OUT_OF_RANGE
  SOSIK_OLD_BROKER
  SOSIK_MIGRATION_CHANGED
  SOSIK_PAYLOAD_CONFLICT
  SOSIK_PUBLISH
  SOSIK_RECORD_TOO_LARGE
  SOSIK_SCHEMA
  SOSIK_STALE_LEASE
  SOSIK_STALE_MEMBER
  SOSIK_TIMEOUT
  SOSIK_TOPIC_MISSING
`

const DOORS = {
  sosik: `
    AccountError CatalogueError ClosedError CommitMetadataTooLargeError CrashPoisonError
    DeadLettersMissingError DecodeError DomainError DomainEventConsumer DomainEventProducer
    ERROR_SENTENCES FolderInUseError GroupNotEmptyError HandlerTimeoutError KeyParkedError
    LetterMissingError LogRefusedError LogUnavailableError MigrationChangedError
    OffsetOutOfRangeError OldBrokerError PayloadConflictError PublishError REDRIVE_CAP
    REDRIVE_RATE_PER_SECOND RecordTooLargeError SchemaError SosikError StaleMemberError
    TimeoutError TopicMissingError applyTopics createOutbox createRelay deadLetterMigrations
    deadLetters decode diagnostics encode failureKind groupLag keyOf keyText lagAgeMs
    memoryDeadLetters murmur2 operateOutbox originalOf outboxMigrations outboxWritten
    partitionOf planTopics postgresDeadLetters postgresOutboxStore publishingEffects readInbox
    readOrigin replay requireTopics sleep systemClock topicSpecifications transactionalEffects
  `,
  'sosik/catalogue': `
    Id Timestamp catalogue consumerGroup days event hours sideEffect text topic
  `,
  'sosik/embedded': `
    diskStorage embeddedEventLog memoryStorage
  `,
  'sosik/kafka': `
    KAFKA_SECURITY_USAGE kafkaEventLog readKafkaSecurity
  `,
  'sosik/postgres': `
    gatherUntilCommit migrate pgliteDatabase postgresPool sqlState
  `,
  'sosik/testing': `
    RARE_STATES SimulationError databaseUrl deliveryOf eventLogSuite failureText
    kafkaBrokers play redisUrl runSeed scratchDatabase scratchPglite simulate statementsWith table
    toldIfBroken until
  `,
}

test('the toolkit throws the codes of before', () => {
  same(Object.keys(ERROR_SENTENCES), ERRORS)
})

const { folder, manifest } = workspaceOf('toolkit/package.json')

test('the toolkit has the doors of before', () => {
  const doors = Object.keys(manifest.exports ?? {}).map((door) => manifest.name + door.slice(1))
  assert.deepEqual(doors.sort(), Object.keys(DOORS).sort())
})

for (const [door, frozen] of Object.entries(DOORS)) {
  test(`the door ${door} opens on the names of before`, async () => {
    const file = manifest.exports?.[door.replace(manifest.name, '.')]
    assert.ok(file, `toolkit/package.json has no door ${door}`)
    same(Object.keys(await namesOf(`${folder}/${file}`)), frozen.trim().split(/\s+/).join('\n'))
  })
}
