// The door of the embedded log: records in this process, on disk or in memory, behind the port.
export { diskStorage } from './disk.ts'
export type { EmbeddedOptions } from './embedded-event-log.ts'
export { embeddedEventLog } from './embedded-event-log.ts'
export { memoryStorage } from './memory.ts'
export type { OpenStorage, Storage } from './storage.ts'
