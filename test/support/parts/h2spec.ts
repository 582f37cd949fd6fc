import { readFile } from 'node:fs/promises'
import { startChildProcess } from './child-process.ts'
import { installed } from './installed.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What h2spec is pointed at. */
export interface H2specOptions {
  readonly port: number
  /** The `:path` of its requests. */
  readonly path: string
  /** Whether to speak TLS. */
  readonly isTls?: boolean
}

/** What it found: each case as its section and its name. */
export interface H2specReport {
  readonly passed: readonly string[]
  readonly skipped: readonly string[]
  readonly failed: readonly string[]
}

const CASE = /<testcase package="([^"]*)" classname="([^"]*)"[^>]*>([\s\S]*?)<\/testcase>/g

const unescaped = (text: string): string =>
  text
    .replaceAll('&#39;', "'")
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')

const outcomeOf = (body: string): keyof H2specReport => {
  if (body.includes('<failure') || body.includes('<error')) return 'failed'
  return body.includes('<skipped') ? 'skipped' : 'passed'
}

const read = (xml: string): H2specReport => {
  const report = { passed: [] as string[], skipped: [] as string[], failed: [] as string[] }
  for (const [, section = '', name = '', body = ''] of xml.matchAll(CASE)) {
    report[outcomeOf(body)].push(`${section}: ${unescaped(name)}`)
  }
  return report
}

/**
 * Runs every case of h2spec against a server on 127.0.0.1. Each waits ten seconds for what it
 * expects, so that a machine that has much to do does not fail it.
 * @throws Error if h2spec is not installed, or says nothing
 */
export const runH2spec = async ({ port, path, isTls }: H2specOptions): Promise<H2specReport> => {
  const command = installed('h2spec/h2spec', 'h2spec')
  const folder = await temporaryFolder('h2spec')
  try {
    const file = `${folder.path}/report.xml`
    const tls = isTls === true ? ['--tls', '--insecure'] : []
    const args = [
      '--port',
      String(port),
      '--path',
      path,
      '--timeout',
      '10',
      ...tls,
      '--junit-report',
      file,
    ]
    const child = await startChildProcess({ name: 'h2spec', command, args })
    await child.exited
    const report = read(await readFile(file, 'utf8'))
    if (report.passed.length === 0) throw new Error(`h2spec did not run:\n${child.output()}`)
    return report
  } finally {
    await folder.remove()
  }
}
