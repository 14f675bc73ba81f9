// The database suite on PGlite and on a server.
import { scratchDatabase } from '../testing/scratch-database.ts'
import { databaseSuite } from './database.suite.ts'
import { pgliteDatabase } from './pglite.ts'

databaseSuite('pglite', () => pgliteDatabase())
databaseSuite('server', scratchDatabase)
