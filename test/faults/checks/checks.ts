// The fifteen checks, in the order of the table.
import type { Check } from './check.ts'
import { deadLetters } from './dead-letters.ts'
import { doubleCommand } from './double-command.ts'
import { effectCount } from './effect-count.ts'
import { effectOrder } from './effect-order.ts'
import { inconsistent } from './inconsistent.ts'
import { lostCommand } from './lost-command.ts'
import { lostPublish } from './lost-publish.ts'
import { offsets } from './offsets.ts'
import { phantom } from './phantom.ts'
import { publishOrder } from './publish-order.ts'
import { resources } from './resources.ts'
import { streams } from './streams.ts'
import { unseen } from './unseen.ts'
import { wrongPartition } from './wrong-partition.ts'
import { zombieEffect } from './zombie-effect.ts'

export const CHECKS: readonly Check[] = [
  lostCommand,
  phantom,
  doubleCommand,
  lostPublish,
  inconsistent,
  wrongPartition,
  publishOrder,
  effectCount,
  effectOrder,
  zombieEffect,
  offsets,
  unseen,
  deadLetters,
  streams,
  resources,
]
