// The messenger as a cluster runs it: every role in processes of its own, behind one front.
import { messenger } from '@sosik/contract/catalogue'
import { notificationGroup } from '@sosik/contract/notification'
import { openFront } from './front.ts'
import type { RealEnvironment } from './parts.ts'
import { freePort, type ServerProcess, startServerProcess } from './server-process.ts'

interface RoleProcess {
  /** The role, with its number: `gateway-2`. */
  readonly name: string
  readonly server: ServerProcess
}

export interface RoleProcesses {
  /** Of the front. */
  readonly url: string
  readonly processUrls: readonly string[]
  /** The exit codes, by name. */
  stop(): Promise<ReadonlyMap<string, number | null>>
}

const APIS = 2
const GATEWAYS = 2
/** As many as the document gives the group. */
const NOTIFICATION_WORKERS = 3

const counted = (role: string, count: number) =>
  Array.from({ length: count }, (_, at) => ({ name: `${role}-${at + 1}`, role }))

const PLAN = [
  ...counted('api', APIS),
  ...counted('gateway', GATEWAYS),
  ...counted('relay', 1),
  ...messenger.groups.flatMap(({ name }) =>
    counted(`worker:${name}`, name === notificationGroup.name ? NOTIFICATION_WORKERS : 1),
  ),
]

/** Resolves when all of them answer. The first makes the tables, the others find them. */
export async function startRoles(real: RealEnvironment): Promise<RoleProcesses> {
  const processes: RoleProcess[] = []
  const start = async ({ name, role }: (typeof PLAN)[number]) => {
    const server = await startServerProcess({ port: await freePort(), real, roles: [role] })
    processes.push({ name, server })
  }
  try {
    for (const one of PLAN) await start(one)
  } catch (error) {
    await Promise.all(processes.map(({ server }) => server.kill()))
    throw error
  }
  const urlsOf = (role: string) =>
    processes.filter(({ name }) => name.startsWith(role)).map(({ server }) => server.url)
  const front = await openFront({ apis: urlsOf('api-'), gateways: urlsOf('gateway-') })
  return {
    url: front.url,
    processUrls: processes.map(({ server }) => server.url),
    async stop() {
      const ends = processes.map(async ({ name, server }) => [name, await server.stop()] as const)
      const codes = new Map(await Promise.all(ends))
      await front.close()
      return codes
    },
  }
}
