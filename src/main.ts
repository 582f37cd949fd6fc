#!/usr/bin/env node
import { nodeComplaint } from './cli/terminal/node-version.ts'

// An older Node.js cannot even read the rest: it is imported when it is known that it can.
const complaint = nodeComplaint(process.versions.node)
if (complaint === undefined) {
  const { run } = await import('./cli/program.ts')
  const { processIo } = await import('./cli/terminal/io.ts')
  process.exitCode = await run(process.argv.slice(2), processIo())
} else {
  process.stderr.write(complaint)
  process.exitCode = 1
}
