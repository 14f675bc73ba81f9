// Storage on disk: one SQLite file in a folder, written through to the disk at every commit.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { FolderInUseError } from '../errors.ts'
import type { Commit, TopicSpecification } from '../log/log.ts'
import { DiskPartitions } from './disk-partitions.ts'
import type { OpenStorage, Storage } from './storage.ts'

const FILE_NAME = 'log.sqlite'
const SQLITE_BUSY = 5

/** The exclusive lock is the kernel's: it ends with the process, however that ends. */
const SETTINGS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  BEGIN EXCLUSIVE;
  COMMIT`

/** `timestamp_ms_max` is the highest time of the partition so far, for finding offsets by time. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS topics (
    name TEXT PRIMARY KEY,
    partitions INTEGER NOT NULL,
    replication_factor INTEGER NOT NULL,
    config TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS partitions (
    id INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    earliest INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, partition)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS records (
    partition_id INTEGER NOT NULL,
    "offset" INTEGER NOT NULL,
    timestamp_ms INTEGER NOT NULL,
    timestamp_ms_max INTEGER NOT NULL,
    key BLOB,
    value BLOB,
    headers BLOB,
    PRIMARY KEY (partition_id, "offset")
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS commits (
    group_name TEXT NOT NULL,
    partition_id INTEGER NOT NULL,
    "offset" INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    PRIMARY KEY (group_name, partition_id)
  ) STRICT, WITHOUT ROWID`

/** An opener of the folder, which is made when it is missing. One process at a time may have it. */
export function diskStorage(folder: string): OpenStorage {
  return () => {
    mkdirSync(folder, { recursive: true })
    const database = new DatabaseSync(join(folder, FILE_NAME), { timeout: 0 })
    try {
      database.exec(SETTINGS)
      database.exec(TABLES)
      return storageIn(database)
    } catch (error) {
      database.close()
      const busy = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
      throw busy ? new FolderInUseError(folder, { cause: error }) : error
    }
  }
}

function storageIn(database: DatabaseSync): Storage {
  const allTopics = database.prepare('SELECT * FROM topics ORDER BY name')
  const putTopic = database.prepare(
    `INSERT INTO topics VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET config = excluded.config`,
  )
  const putPartition = database.prepare(
    'INSERT INTO partitions (topic, partition) VALUES (?, ?) ON CONFLICT DO NOTHING',
  )
  const removals = [
    'DELETE FROM commits WHERE partition_id IN (SELECT id FROM partitions WHERE topic = ?)',
    'DELETE FROM partitions WHERE topic = ?',
    'DELETE FROM topics WHERE name = ?',
  ].map((sql) => database.prepare(sql))
  const putCommit = database.prepare(
    `INSERT INTO commits VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
     SET "offset" = excluded."offset", metadata = excluded.metadata`,
  )
  const commitsOf = database.prepare(
    `SELECT topic, partition, "offset", metadata FROM commits
     JOIN partitions ON id = partition_id WHERE group_name = ?`,
  )
  const partitions = new DiskPartitions(database)
  const transaction = transactionsOn(database, () => {
    partitions.forget()
  })
  return {
    topics: () => allTopics.all().map(topicOf),
    putTopic(topic) {
      const { name, replicationFactor, config } = topic
      transaction(() => {
        putTopic.run(name, topic.partitions, replicationFactor, JSON.stringify(config))
        for (let at = 0; at < topic.partitions; at += 1) putPartition.run(name, at)
      })
    },
    removeTopic(name) {
      transaction(() => {
        for (const removal of removals) removal.run(name)
      })
      partitions.forget()
    },
    bounds: (of) => partitions.bounds(of),
    write: (records, commits) =>
      transaction(() => {
        for (const { group, offset, metadata, ...of } of commits) {
          putCommit.run(group, partitions.idOf(of), Number(offset), metadata)
        }
        return records.map((record) => partitions.push(record))
      }),
    read: (of, from, bytesMax) => partitions.read(of, from, bytesMax),
    offsetAt: (of, timestampMs) => partitions.offsetAt(of, timestampMs),
    truncate(of, to) {
      transaction(() => {
        partitions.truncate(of, to)
      })
    },
    committed: (group) => commitsOf.all(group).map(commitOf),
    close() {
      database.close()
    },
  }
}

/** Runs everything or nothing of what it is given. */
function transactionsOn(database: DatabaseSync, rolledBack: () => void) {
  return <Result>(run: () => Result): Result => {
    database.exec('BEGIN')
    try {
      const result = run()
      database.exec('COMMIT')
      return result
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      rolledBack()
      throw error
    }
  }
}

type Row = Record<string, unknown>

function topicOf(row: Row): TopicSpecification {
  const config: Record<string, string> = JSON.parse(String(row.config))
  return {
    name: String(row.name),
    partitions: Number(row.partitions),
    replicationFactor: Number(row.replication_factor),
    config,
  }
}

function commitOf(row: Row): Required<Commit> {
  return {
    topic: String(row.topic),
    partition: Number(row.partition),
    offset: BigInt(Number(row.offset)),
    metadata: String(row.metadata),
  }
}
