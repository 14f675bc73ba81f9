// A cluster that is ready gets the topics of the catalogue of the folder, where there is one.
import { existsSync } from 'node:fs'
import { applyTopics, planTopics } from 'sosik'
import { kafkaEventLog } from 'sosik/kafka'
import { CONFIG_FILE, loadCatalogue } from '../catalogue.ts'
import type { ClusterEnvironment } from './environment.ts'

export async function createTopics(
  environment: ClusterEnvironment,
  say: (line: string) => void,
): Promise<void> {
  if (!existsSync(CONFIG_FILE)) return
  const catalogue = await loadCatalogue()
  const log = await kafkaEventLog({ brokers: environment.KAFKA_BROKERS.split(',') })
  try {
    const plan = await planTopics(log.admin, catalogue)
    await applyTopics(log.admin, plan)
    const created = plan.changes.filter((change) => change.kind === 'create').length
    const { wanted, brokers } = plan.replicationFactor
    const replicas = Math.min(wanted, brokers)
    say(`topics: ${created} created, ${replicas} ${replicas === 1 ? 'replica' : 'replicas'} each`)
  } finally {
    await log.close()
  }
}
