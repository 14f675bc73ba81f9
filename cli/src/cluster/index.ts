// The door of the local cluster, for the command and for every test that wants the real thing.
export type { PartExit } from './crew.ts'
export type { ClusterEnvironment } from './environment.ts'
export { ClusterError } from './failure.ts'
export { birthOf } from './identity.ts'
export { kafkaClassPath } from './kafka-jars.ts'
export { type Cluster, type ClusterOptions, startCluster } from './start.ts'
export { stopRunning } from './stop.ts'
export { FAREWELL, startWatchdog, type Watchdog } from './watchdog.ts'
