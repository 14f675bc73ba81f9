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

const quick = messenger.groups.filter(({ name }) => name === notificationGroup.name)
const patient = messenger.groups.filter((group) => !quick.includes(group))
const workers = (groups: typeof messenger.groups) => groups.map(({ name }) => `worker:${name}`)

export function withRealPlace<Answer>(use: (place: Place) => Promise<Answer>): Promise<Answer> {
  return withFolder(async (dataDir) => {
    const onProgress = (line: string) => console.error(line)
    const cluster = await startCluster({ dataDir, brokers: 3, onProgress })
    const servers: ServerProcess[] = []
    const start = async (...roles: string[]): Promise<ServerProcess> => {
      const real = { ...cluster.env }
      const server = await startServerProcess({ port: await freePort(), real, roles })
      servers.push(server)
      return server
    }
    try {
      await createTopics(cluster.env)
      const api = await start('api')
      const gateway = await start('gateway')
      const named = [
        { name: 'api', pid: api.pid },
        { name: 'gateway', pid: gateway.pid },
        { name: 'relay', pid: (await start('relay')).pid },
        { name: 'notification', pid: (await start(...workers(quick))).pid },
        { name: 'other groups', pid: (await start(...workers(patient))).pid },
      ]
      return await use({ api, gateway, parts: [...named, ...cluster.parts, OURSELVES] })
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
