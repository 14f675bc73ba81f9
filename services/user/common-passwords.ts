// The passwords that everybody tries first; nobody may have one of them.
import { readFileSync } from 'node:fs'

/** Lines that begin with `#` say where the others are from. */
const FILE = new URL('common-passwords.txt', import.meta.url)
const COMMON: ReadonlySet<string> = new Set(
  readFileSync(FILE, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')),
)

/** Whatever the case of its letters. */
export const isCommon = (password: string): boolean =>
  COMMON.has(password.normalize('NFC').toLowerCase())
