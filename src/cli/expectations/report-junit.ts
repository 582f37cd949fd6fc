import { type CaseResult, type FileResult, isMet } from './expectation.ts'
import { caseLines } from './report-text.ts'

/** What XML 1.0 has no way to hold (section 2.2), lone surrogates too. */
const NO_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

const code = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** The same text to whoever reads it, in an attribute or between tags. */
const xml = (text: string): string =>
  text.replace(NO_XML, code).replace(/[&<>"\t\n\r]/g, (character) => ENTITIES[character] ?? '')

const attributes = (fields: Readonly<Record<string, string | number>>): string =>
  Object.entries(fields)
    .map(([name, value]) => ` ${name}="${xml(String(value))}"`)
    .join('')

/** One element for each case: readers keep no more. Nobody measured the time. */
const testcase = (
  file: string,
  line: number,
  name: string,
  outcome?: { readonly element: 'failure' | 'error'; readonly lines: readonly string[] },
): readonly string[] => {
  const classname = file.replace(/\.ya?ml$/i, '')
  const head = `    <testcase${attributes({ name, classname, file, line, time: 0 })}`
  if (outcome === undefined) return [`${head}/>`]
  const { element, lines } = outcome
  const [message = ''] = lines
  return [
    `${head}>`,
    `      <${element}${attributes({ message, type: 'expectation' })}>${xml(lines.join('\n'))}</${element}>`,
    '    </testcase>',
  ]
}

const caseElement = (file: string, one: CaseResult): readonly string[] => {
  if (isMet(one)) return testcase(file, one.line, one.name)
  const element = one.isAsked ? 'failure' : 'error'
  return testcase(file, one.line, one.name, { element, lines: caseLines(one) })
}

const counts = (files: readonly FileResult[]) => {
  const cases = files.flatMap((one) => one.cases)
  const broken = files.filter(({ problems }) => problems.length > 0).length
  return {
    tests: cases.length + broken,
    failures: cases.filter((one) => one.isAsked && !isMet(one)).length,
    errors: cases.filter(({ isAsked }) => !isAsked).length + broken,
  }
}

const PROBLEMS = 'the file and its manifests have no problems'

const suite = (one: FileResult): readonly string[] => {
  const { file, problems, cases } = one
  return [
    `  <testsuite${attributes({ name: file, ...counts([one]), skipped: 0, time: 0 })}>`,
    ...(problems.length === 0
      ? []
      : testcase(file, 1, PROBLEMS, { element: 'error', lines: problems })),
    ...cases.flatMap((result) => caseElement(file, result)),
    '  </testsuite>',
  ]
}

/** Results in the XML of JUnit, as Jenkins, GitLab and others read it. */
export const reportJunit = (files: readonly FileResult[]): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'sallyport test', ...counts(files), time: 0 })}>`,
    ...files.flatMap(suite),
    '</testsuites>',
    '',
  ].join('\n')
