#!/usr/bin/env node
// The `sosik` program: one line for each command.
import { Command } from 'commander'
import { clusterCommand } from './cluster/command.ts'
import { dlqCommand } from './dlq/command.ts'
import { groupsCommand } from './groups/command.ts'
import { outboxCommand } from './outbox/command.ts'
import { topicsCommand } from './topics/command.ts'
import { whyCommand } from './why/command.ts'

await new Command('sosik')
  .description('Domain events on Apache Kafka, by hand.')
  .addCommand(clusterCommand())
  .addCommand(topicsCommand())
  .addCommand(groupsCommand())
  .addCommand(dlqCommand())
  .addCommand(outboxCommand())
  .addCommand(whyCommand())
  .parseAsync()
