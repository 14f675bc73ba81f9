// The door `sosik/catalogue`: what a contract needs. It runs in a browser as well.
export { type Catalogue, catalogue } from './catalogue.ts'
export {
  type AnyEvent,
  type DataOf,
  type EventDefinition,
  type EventOptions,
  event,
  type NewEvent,
} from './event.ts'
export { Id, Timestamp, text } from './fields.ts'
export {
  type ConsumerGroup,
  type ConsumerGroupOptions,
  consumerGroup,
  type Delivery,
  type Handler,
  type Handlers,
  sideEffect,
} from './group.ts'
export { days, hours, type Topic, type TopicOptions, topic } from './topic.ts'
