// The door of the Kafka adapter: an `EventLog` on real brokers.
export { kafkaEventLog } from './kafka.ts'
export type { KafkaOptions, KafkaSasl } from './options.ts'
