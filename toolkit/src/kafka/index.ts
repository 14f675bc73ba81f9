// The door of the Kafka adapter: an `EventLog` on real brokers.
export { KAFKA_SECURITY_USAGE, type KafkaSecurity, readKafkaSecurity } from './environment.ts'
export { kafkaEventLog } from './kafka.ts'
export type { KafkaOptions, KafkaSasl } from './options.ts'
