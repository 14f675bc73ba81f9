// A face's program as one script: bundled in memory from the sources that are there.
import { rolldown } from 'rolldown'

/** `entry` is an absolute path. */
export async function bundle(entry: string): Promise<string> {
  const build = await rolldown({ input: entry, platform: 'browser' })
  try {
    const { output } = await build.generate({ format: 'esm', minify: true })
    const [{ code }] = output
    return code
  } finally {
    await build.close()
  }
}
