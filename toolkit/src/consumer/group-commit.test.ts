// The group commit suite on PGlite and on a server.
import { pgliteDatabase } from '../postgres/pglite.ts'
import { scratchDatabase } from '../testing/scratch-database.ts'
import { groupCommitSuite } from './group-commit.suite.ts'

groupCommitSuite('pglite', () => pgliteDatabase(), { connections: 1 })
groupCommitSuite('server', scratchDatabase, { connections: 20 })
