// The files service: uploads, who may fetch them, and the sweep behind them.
import { createRepeat } from '../repeat.ts'
import { type MessageFiles, type Service, tablesOf } from '../service.ts'
import { type FileParts, fileRoutes } from './routes.ts'
import { dropFile, tieFile } from './store.ts'
import { sweepFiles } from './sweep.ts'

export interface FilesService extends Service {
  /** Begins to sweep. */
  start(): void
  stop(): Promise<void>
}

/** What files answer to chat, which comes first: who may read is chat's to say. */
export const messageFiles: MessageFiles = { tie: tieFile, drop: dropFile }

const SWEEP_MS = 60_000

export function filesService(parts: FileParts): FilesService {
  const { clock, onError } = parts
  const work = () => sweepFiles(parts)
  const sweep = createRepeat({ clock, pauseMs: SWEEP_MS, work, onError })
  return {
    name: 'files',
    migrations: tablesOf('files', import.meta.url),
    routes: fileRoutes(parts),
    hears: [],
    start: sweep.start,
    stop: sweep.stop,
  }
}
