// The group commit suite on PGlite and on a server.

import { scratchDatabase } from '../testing/scratch-database.ts'
import { groupCommitSuite } from './group-commit.suite.ts'
import { scratchPglite } from '../testing/scratch-pglite.ts'

groupCommitSuite('pglite', () => scratchPglite(), { connections: 1 })
groupCommitSuite('server', scratchDatabase, { connections: 20 })
