// PostgreSQL refuses to run as root: which account it runs as instead, and where that can reach.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'

const ACCOUNT_NAMES = ['postgres', 'nobody']
const FALLBACK_ROOT = '/var/lib/sosik'
const DIRECTORY_HASH_CHARS = 16
const OTHERS_MAY_PASS = 0o001
const GROUP_MAY_PASS = 0o010
const OWNER_MAY_PASS = 0o100

export interface Account {
  readonly uid: number
  readonly gid: number
}

/** The account to drop to; undefined when this process is not root and nothing is to be done. */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ACCOUNT_NAMES) {
    const uid = accountNumber('-u', name)
    const gid = accountNumber('-g', name)
    if (uid !== undefined && gid !== undefined) return { uid, gid }
  }
  throw new Error(`There is none of the accounts ${ACCOUNT_NAMES.join(', ')}.`)
}

/**
 * Where PostgreSQL's files go: in the data directory, unless its account cannot pass through a
 * directory above (root's home is closed to others): then under /var/lib/sosik. Directories
 * below the system's temporary one are opened for passing through, not for listing.
 */
export function postgresDirFor(dataDir: string, account: Account | undefined): string {
  const inside = join(dataDir, 'postgres')
  if (!account || existsSync(inside)) return inside
  chmodSync(dataDir, statSync(dataDir).mode | OTHERS_MAY_PASS)
  for (const dir of directoriesAbove(dataDir)) {
    if (mayPass(dir, account)) continue
    if (!isTemporary(dir)) return outsideDirOf(dataDir)
    chmodSync(dir, statSync(dir).mode | OTHERS_MAY_PASS)
  }
  return inside
}

function directoriesAbove(dir: string): string[] {
  const above = dirname(dir)
  return above === dir ? [] : [above, ...directoriesAbove(above)]
}

function mayPass(dir: string, account: Account): boolean {
  const { mode, uid, gid } = statSync(dir)
  if (uid === account.uid) return (mode & OWNER_MAY_PASS) !== 0
  if (gid === account.gid) return (mode & GROUP_MAY_PASS) !== 0
  return (mode & OTHERS_MAY_PASS) !== 0
}

function isTemporary(dir: string): boolean {
  const below = relative(resolve(tmpdir()), dir)
  return below !== '' && !below.startsWith('..')
}

/** Where the files of this data directory go when they cannot go into it. */
export function outsideDirOf(dataDir: string): string {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, DIRECTORY_HASH_CHARS)
  return join(FALLBACK_ROOT, name)
}

function accountNumber(which: '-u' | '-g', name: string): number | undefined {
  try {
    return Number(execFileSync('id', [which, name], { stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return undefined
  }
}
