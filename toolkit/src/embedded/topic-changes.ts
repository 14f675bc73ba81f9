// Creating, altering and deleting topics, one change after the other.
import { sleep } from '../clock.ts'
import { TopicMissingError } from '../errors.ts'
import type { LogAdmin, TopicSpecification } from '../log/log.ts'
import type { Broker } from './broker.ts'
import type { Coordinator } from './coordinator.ts'
import { truncateStep } from './retention.ts'
import type { Writer } from './writer.ts'

type TopicChanges = Pick<LogAdmin, 'createTopics' | 'alterTopicConfig' | 'deleteTopics'>

export function topicChanges(
  broker: Broker,
  writer: Writer,
  coordinator: Coordinator,
): TopicChanges {
  const { storage, topics, clock } = broker
  let line: Promise<unknown> = Promise.resolve()
  const inLine = (change: () => Promise<void> | void): Promise<void> => {
    const changed = line.then(change)
    line = changed.catch(() => undefined) // told to who asked for it
    return changed
  }

  function put(topic: TopicSpecification): void {
    storage.putTopic(topic)
    topics.set(topic.name, topic)
  }

  /** Nobody may write to it or hold it before its records go, a bounded step a turn. */
  async function remove({ name, partitions }: TopicSpecification): Promise<void> {
    topics.delete(name)
    coordinator.topicDeleted(name)
    await writer.commit([])
    for (let partition = 0; partition < partitions; partition += 1) {
      const of = { topic: name, partition }
      for (;;) {
        const { earliest, next } = storage.bounds(of)
        if (earliest === next) break
        truncateStep(broker, of, next)
        await sleep(clock, 0)
      }
    }
    storage.removeTopic(name)
  }

  return {
    createTopics: (specifications) =>
      inLine(() => {
        for (const topic of specifications) if (!topics.has(topic.name)) put(topic)
        coordinator.topicCreated()
      }),
    alterTopicConfig: (name, config) =>
      inLine(() => {
        const topic = topics.get(name)
        if (!topic) throw new TopicMissingError([name])
        put({ ...topic, config: { ...topic.config, ...config } })
      }),
    deleteTopics: (names) =>
      inLine(async () => {
        for (const name of names) {
          const topic = topics.get(name)
          if (topic) await remove(topic)
        }
      }),
  }
}
