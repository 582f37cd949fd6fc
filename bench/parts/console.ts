import { writeFile } from 'node:fs/promises'
import { freePorts } from '../../test/support/parts/free-port.ts'
import { temporaryFolder } from '../../test/support/parts/temporary-folder.ts'
import { besideNothing } from './configured.ts'
import type { Part } from './part.ts'

const TOKEN = 'a-token-of-the-benchmark-that-nobody-uses'

/** A console that nobody looks at beside none: what is counted and remembered for it. */
export const consoled: Part = async (context) => {
  const folder = await temporaryFolder('console')
  try {
    const tokenFile = `${folder.path}/tokens`
    await writeFile(tokenFile, `bench ${TOKEN}\n`)
    const [port = 0] = await freePorts(1)
    const configuration = { adminApi: { listen: `127.0.0.1:${port}`, tokenFile } }
    const title = 'A console that nobody looks at, on the gRPC port'
    return await besideNothing({ title, name: 'console', configuration }, context)
  } finally {
    await folder.remove()
  }
}
