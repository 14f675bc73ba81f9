// The door `@sosik/client`: typed calls and the resuming event stream, in browsers and in Node.
export {
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  ProblemAnswer,
} from './client.ts'
export { eventStream, type StreamEvent, type StreamOptions } from './events.ts'
