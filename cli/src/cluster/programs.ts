// The programs that a cluster is made of: where they are, and how to get the missing ones.
import { accessSync, constants, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ClusterError } from './failure.ts'

const DEBIAN_POSTGRES_DIR = '/usr/lib/postgresql'

export interface Programs {
  readonly java: string
  readonly mvn: string
  readonly initdb: string
  readonly postgres: string
  readonly redis: string
}

const PACKAGE_OF: Record<keyof Programs, { readonly program: string; readonly apt: string }> = {
  java: { program: 'java', apt: 'openjdk-17-jre-headless' },
  mvn: { program: 'mvn', apt: 'maven' },
  initdb: { program: 'initdb', apt: 'postgresql' },
  postgres: { program: 'postgres', apt: 'postgresql' },
  redis: { program: 'redis-server', apt: 'redis-server' },
}

/** Finds all, or throws one error that names all missing; Maven only counts for a download. */
export function findPrograms(searchPath: readonly string[], needsDownload: boolean): Programs {
  const dirs = [...searchPath, ...debianPostgresDirs()]
  const found: Record<string, string> = {}
  const missing: (keyof Programs)[] = []
  for (const key of Object.keys(PACKAGE_OF) as (keyof Programs)[]) {
    const file = findProgram(PACKAGE_OF[key].program, dirs)
    if (file === undefined && (key !== 'mvn' || needsDownload)) missing.push(key)
    found[key] = file ?? PACKAGE_OF[key].program
  }
  if (missing.length > 0) throw new ClusterError(missingSentence(missing))
  return found as unknown as Programs
}

function missingSentence(missing: readonly (keyof Programs)[]): string {
  const names = missing.map((key) => PACKAGE_OF[key].program).join(', ')
  const packages = [...new Set(missing.map((key) => PACKAGE_OF[key].apt))].join(' ')
  return `Missing programs: ${names}. On Debian and Ubuntu:\n  apt-get install -y ${packages}`
}

function findProgram(program: string, dirs: readonly string[]): string | undefined {
  return dirs.map((dir) => join(dir, program)).find(isExecutable)
}

/** Debian keeps PostgreSQL's servers off the PATH, one directory a version; newest first. */
function debianPostgresDirs(): string[] {
  try {
    return readdirSync(DEBIAN_POSTGRES_DIR)
      .sort((left, right) => Number(right) - Number(left))
      .map((version) => join(DEBIAN_POSTGRES_DIR, version, 'bin'))
  } catch {
    return []
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
