// Where a path is measured: roles on real parts, or one process on embedded ones.
import { startCluster } from '@sosik/cli/cluster'
import { messenger } from '@sosik/contract/catalogue'
import { notificationGroup } from '@sosik/contract/notification'
import { createTopics, withFolder } from '../../test/support/parts.ts'
import {
  freePort,
  type ServerProcess,
  startServerProcess,
} from '../../test/support/server-process.ts'
import { OURSELVES, type Part } from './costs.ts'

export interface Place {
  readonly api: ServerProcess
  readonly gateway: ServerProcess
  readonly parts: readonly Part[]
}

type Environment = Readonly<Record<string, string>>

export interface RealPlace extends Place {
  readonly gateways: readonly ServerProcess[]
  /** One more server process, until it is stopped or the place is closed. */
  readonly start: (roles: readonly string[], environment: Environment) => Promise<ServerProcess>
}

export interface RealPlaceOptions {
  readonly gateways?: number
  /** Of every server process. */
  readonly environment?: Environment
}

const quick = messenger.groups.filter(({ name }) => name === notificationGroup.name)
const patient = messenger.groups.filter((group) => !quick.includes(group))
const workers = (groups: typeof messenger.groups) => groups.map(({ name }) => `worker:${name}`)

export function withRealPlace<Answer>(
  use: (place: RealPlace) => Promise<Answer>,
  { gateways: count = 1, environment: common = {} }: RealPlaceOptions = {},
): Promise<Answer> {
  return withFolder(async (dataDir) => {
    const onProgress = (line: string) => console.error(line)
    const cluster = await startCluster({ dataDir, brokers: 3, onProgress })
    const servers: ServerProcess[] = []
    const start: RealPlace['start'] = async (roles, more) => {
      const environment = { ...common, ...more }
      const options = { port: await freePort(), real: { ...cluster.env }, roles, environment }
      const server = await startServerProcess(options)
      servers.push(server)
      return server
    }
    try {
      await createTopics(cluster.env)
      const api = await start(['api'], {})
      const gateway = await start(['gateway'], {})
      const gateways = [gateway]
      while (gateways.length < count) gateways.push(await start(['gateway'], {}))
      const named = [
        { name: 'api', pid: api.pid },
        ...gateways.map(({ pid }) => ({ name: 'gateway', pid })),
        { name: 'relay', pid: (await start(['relay'], {})).pid },
        { name: 'notification', pid: (await start(workers(quick), {})).pid },
        { name: 'other groups', pid: (await start(workers(patient), {})).pid },
      ]
      const parts = [...named, ...cluster.parts, OURSELVES]
      return await use({ api, gateway, gateways, start, parts })
    } finally {
      await Promise.all(servers.map((server) => server.stop()))
      await cluster.stop()
    }
  })
}

export function withEmbeddedPlace<Answer>(use: (place: Place) => Promise<Answer>): Promise<Answer> {
  return withFolder(async (folder) => {
    const server = await startServerProcess({ port: await freePort(), folder })
    try {
      const parts = [{ name: 'server', pid: server.pid }, OURSELVES]
      return await use({ api: server, gateway: server, parts })
    } finally {
      await server.stop()
    }
  })
}
