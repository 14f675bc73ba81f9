// `sosik topics`: the catalogue's topics beside the cluster's, and making the two one.
import { Command } from 'commander'
import { applyTopics, planTopics, type TopicChange, type TopicPlan } from 'sosik'
import { type LogFlags, onLog, withLogOptions } from '../on-log.ts'
import type { OutputFlags } from '../output.ts'
import { printRows, type Row } from '../table.ts'

/** With --detailed-exitcode: something differs from the catalogue. */
const EXIT_CHANGES = 2
/** Something differs that is not changed in place. */
const EXIT_REFUSED = 5

type PlanFlags = LogFlags & { readonly detailedExitcode?: true }

export function topicsCommand(): Command {
  const command = new Command('topics').description(
    "The catalogue's topics and dead letter topics.",
  )
  withLogOptions(command.command('plan'))
    .description('Show what `apply` would do; changes nothing.')
    .option('--detailed-exitcode', `exit with ${EXIT_CHANGES} when something would change`)
    .action((flags: PlanFlags) =>
      onLog(flags, async ({ log, catalogue }) => {
        const plan = await planTopics(log.admin, catalogue)
        printPlan(plan, flags.output)
        return flags.detailedExitcode && plan.changes.length > 0 ? EXIT_CHANGES : 0
      }),
    )
  withLogOptions(command.command('apply'))
    .description('Create what is missing and set what differs; running it twice changes nothing.')
    .action((flags: LogFlags) =>
      onLog(flags, async ({ log, catalogue }) => {
        const plan = await planTopics(log.admin, catalogue)
        printPlan(plan, flags.output)
        await applyTopics(log.admin, plan)
        const refused = plan.changes.filter((change) => change.kind === 'refused')
        if (refused.length === 0) return 0
        console.error(
          `sosik: ${refused.length} not changed: other partitions move keys to other places, and ` +
            "replicas are moved by Kafka's own reassignment.",
        )
        return EXIT_REFUSED
      }),
    )
  return command
}

function printPlan(plan: TopicPlan, output: OutputFlags['output']): void {
  const { wanted, brokers } = plan.replicationFactor
  if (brokers < wanted) {
    console.error(
      `replication factor ${brokers} instead of ${wanted}: there are ${brokers} brokers`,
    )
  }
  if (plan.changes.length > 0 || output === 'json') printRows(plan.changes.map(rowOf), output)
  else console.error('topics: as the catalogue says')
}

function rowOf(change: TopicChange): Row {
  if (change.kind !== 'create') {
    const { kind, name, setting, from, to } = change
    return { action: kind, topic: name, setting, from, to }
  }
  const { name, partitions, replicationFactor, config } = change.topic
  const to = `${partitions} partitions, ${replicationFactor} replicas, ${config['retention.ms']} ms`
  return { action: 'create', topic: name, setting: undefined, from: undefined, to }
}
