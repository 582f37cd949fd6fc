/** Something that is about every command. */
export interface Topic {
  readonly name: string
  readonly summary: string
  readonly introduction: string
  /** Word and meaning. */
  readonly rows: readonly (readonly [word: string, meaning: string])[]
  /** What the rows of another list are, and these. */
  readonly more?: {
    readonly introduction: string
    readonly rows: Topic['rows']
  }
}

const EXIT_CODES: Topic = {
  name: 'exit-codes',
  summary: 'what a command ends with',
  introduction: 'Every command ends with one of these:',
  rows: [
    ['0', 'What was asked for was done, and nothing was found wrong. Warnings may have been told.'],
    [
      '1',
      'Something is wrong, is not there, or cannot be reached. Standard error or the result says what.',
    ],
    [
      '2',
      'The command line cannot be carried out as it is written. Nothing was done; standard error says what is wrong with it, all at once.',
    ],
  ],
  more: {
    introduction: 'What 1 stands for:',
    rows: [
      [
        'serve',
        'The configuration has problems, the service did not start, or an error that nobody caught ended it. SIGTERM and SIGINT end it with 0; a second one, before all is closed, with 1.',
      ],
      [
        'validate',
        'The resources have problems, or none were found; with --strict, there are warnings.',
      ],
      [
        'explain',
        'Nobody owns the host, or it is broken; the request, the claims or the configuration cannot be read; with --live, a provider cannot be used. What the answer would be does not count.',
      ],
      ['test', 'An answer is not as expected, or a file or the manifests have problems.'],
      ['doctor', 'There is something to do that is no warning.'],
      [
        'get',
        'An object that was named is not there, files cannot be read, or the API server refuses or does not answer. The state of the objects does not count.',
      ],
      ['attach', 'The ProtectedRoutes of --routes cannot be read.'],
      [
        'migrate',
        'A setting was not carried over, or a file cannot be read or holds nothing of that product. The manifests are printed unless it is the latter.',
      ],
      [
        'sessions',
        'The admin API refuses or does not answer, there is no such session, or a file that is named cannot be read.',
      ],
      [
        'subject-hash',
        'There is no key file, one cannot be read, or the configuration has problems.',
      ],
      ['healthcheck', 'The process is not ready, does not answer, or answers the check wrongly.'],
    ],
  },
}

const FORMATS: Topic = {
  name: 'formats',
  summary: 'how results are printed',
  introduction:
    'The option -o, --output says how a command prints its result. For programs there is the same data as JSON or YAML, whose members docs/reference/cli.md lists: new ones may come, those that are there keep their meaning.',
  rows: [
    ['text', 'For a person; this is the default. It may change at any time.'],
    ['json', 'JSON, for a program.'],
    ['yaml', 'The same data as YAML. Of `attach`, the manifests as `text` has them.'],
    ['name', 'Names alone, one a line, to be handed on. `get`, `sessions list`, `attach`.'],
    ['wide', 'As text, with more columns. `get`.'],
    ['tap, junit', 'Reports of `test`: TAP 14, and the XML of JUnit.'],
  ],
  more: {
    introduction: 'Where it goes:',
    rows: [
      ['standard output', 'The result.'],
      [
        'standard error',
        'What went wrong, each a line that begins with `sallyport: `, and notes that are no part of the result.',
      ],
      [
        'colours',
        'Only where a stream is a terminal, TERM is not `dumb`, and NO_COLOR is not set.',
      ],
    ],
  },
}

const ENVIRONMENT: Topic = {
  name: 'environment',
  summary: 'variables that commands obey',
  introduction: 'An option wins over its variable. A variable that is empty sets nothing.',
  rows: [
    ['SALLYPORT_CONFIG', 'The configuration file, in the place of --config.'],
    [
      'SALLYPORT_…',
      'Each field of the configuration has one, for serve, doctor and explain: docs/reference/configuration.md.',
    ],
    [
      'SALLYPORT_SERVER',
      'Where `sessions` finds the admin API. With it go SALLYPORT_TOKEN_FILE, SALLYPORT_CA_FILE, SALLYPORT_CERT_FILE and SALLYPORT_KEY_FILE.',
    ],
    [
      'KUBECONFIG',
      'The kubeconfig files of `get`, as kubectl reads them; --kubeconfig names another one.',
    ],
    ['NO_COLOR', 'Set to anything: no colours.'],
  ],
}

/** What `help` knows besides the commands. */
export const topics: readonly Topic[] = [EXIT_CODES, FORMATS, ENVIRONMENT]

const WIDTH = 100

const wrapped = (text: string, indent: number): readonly string[] => {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || indent + last.length + 1 + word.length > WIDTH) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

const list = (rows: Topic['rows']): readonly string[] => {
  const width = Math.max(...rows.map(([word]) => word.length)) + 3
  return rows.flatMap(([word, meaning]) =>
    wrapped(meaning, width + 2).map(
      (line, at) => `  ${(at === 0 ? word : '').padEnd(width)}${line}`,
    ),
  )
}

/** A topic for a terminal. */
export const topicText = ({ introduction, rows, more }: Topic): string =>
  [
    ...wrapped(introduction, 0),
    '',
    ...list(rows),
    ...(more === undefined ? [] : ['', more.introduction, '', ...list(more.rows)]),
    '',
  ].join('\n')
