/** What a command prints as JSON and YAML. */
export interface Shape {
  readonly command: string
  readonly introduction: string
  /** Member and meaning; `?` behind a member that may be absent. */
  readonly members: readonly (readonly [member: string, meaning: string])[]
}

const LOCATED =
  '`file`, `line` and `column` (0 where there is no place), `object?` (`kind`, `namespace`, `name`), `field` (empty for the whole) and `message`'

const FINDINGS =
  '`findings`, each with `check`, `state` (`well`, `warning`, `problem`, `unknown`) and `message`'

/** Every command that prints data. */
export const shapes: readonly Shape[] = [
  {
    command: 'get',
    introduction: 'The same from a cluster and from files.',
    members: [
      ['items', 'the objects, as below, in the order routes, providers, clients'],
      [
        'items[].kind',
        '`ProtectedRoute`, `IdentityProvider` or `OIDCClient`; with `namespace` and `name`',
      ],
      ['items[].createdAt?', 'RFC 3339; of a cluster'],
      [
        'items[].conditions',
        '`type`, `status` (`True`, `False`, `Unknown`), `reason`, `message`, and of a cluster `lastTransitionTime`. Of files, `Ready` is `Unknown` with the reason `NotAsked` where it depends on providers',
      ],
      [
        'items[].problems',
        'what is to be mended, the most fundamental first: `condition`, `reason`, `message`. Besides the reasons of conditions there are `NoStatus` (nobody has written one) and `Outdated` (it is about an earlier version)',
      ],
      [
        'items[].hosts?',
        'of a route: `host`, `state?` (`Programmed`, `Broken`, `Conflicted`), `owner?` (the route that has the say there, as `namespace/name`) and `lastCheckTime?`',
      ],
      ['items[].clients?', 'of a route: its OIDCClients, as `namespace/name`'],
      [
        'items[].clientId?',
        'of a client; with `provider?`, `redirectURIs?` and `postLogoutRedirectURIs?`',
      ],
      ['items[].issuer?', 'of a provider; with `keys?`, how many verification keys it publishes'],
    ],
  },
  {
    command: 'validate',
    introduction: '',
    members: [
      ['ok', 'whether it ends with 0'],
      ['summary', 'the last line of the text'],
      ['problems', LOCATED],
      ['warnings', 'the same'],
      [
        'registrations?',
        'with --verbose: of each client `client`, `provider`, `clientId`, `redirectURIs`, `postLogoutRedirectURIs`, `frontChannelLogoutURIs`, `backChannelLogoutPath?`, `keysPath?`',
      ],
      ['notes?', 'with --verbose: sentences'],
    ],
  },
  {
    command: 'explain',
    introduction: '',
    members: [
      [
        'request',
        '`method`, `host`, `path` as it is written, without the query, and `canonicalPath`',
      ],
      [
        'host',
        '`state` (`found`, `callbacks`, and what else a host may be), and what is known of its owner',
      ],
      [
        'road?',
        'such as `public`, `protected`, `callback`, `logout`; absent where nobody owns the host',
      ],
      ['rule?', 'the name of the rule; with `choice?`, how it was chosen'],
      [
        'accepts',
        'sentences, as `requires`, `asks`, `upstream`, `metadata`, `sharing` and `notes`',
      ],
      ['requires', 'what an identity must fulfil'],
      ['asks', 'decision points that are asked last'],
      ['upstream', 'what the upstream hears of an identity'],
      ['metadata', 'what filters and logs of Envoy are told'],
      ['sharing', 'which pages of other origins may read the answers'],
      ['providers?', 'with --live: `name`, `issuer`, `problems`, `warnings`'],
      ['token?', 'what stands in the token of the request'],
      ['identity?', 'as whom the request was asked, with the verdict of each clause'],
      [
        'answer?',
        'what the request is answered with; with `withoutCredential?`, the same without its credential',
      ],
      ['notes', 'what else is worth knowing'],
    ],
  },
  {
    command: 'test',
    introduction: '',
    members: [
      ['ok', 'whether it ends with 0'],
      ['summary', 'the last line of the text'],
      [
        'files',
        '`file`, `problems`, and `cases`, each with `name`, `line`, `ok`, `answer`, `differences`, `notes`',
      ],
    ],
  },
  {
    command: 'doctor',
    introduction: '',
    members: [
      ['ok', 'whether it ends with 0: there is no problem, and perhaps warnings'],
      ['providers', `\`name\` (\`namespace/name\`), \`issuer\` and ${FINDINGS}`],
      [
        'clients',
        '`name`, `provider`, `clientId`, `register` (what to register at the provider) and `findings`',
      ],
      ['routes', '`name`, `hosts` (`host`, `state`, `lastCheckTime?`), `clients` and `findings`'],
      [
        'todo',
        'what to do, the most severe first: `severity` (`problem`, `warning`), `about`, `message`',
      ],
    ],
  },
  {
    command: 'attach',
    introduction: 'As JSON; as YAML the manifests themselves, to be applied.',
    members: [['files', '`name` and `documents`']],
  },
  {
    command: 'migrate',
    introduction: '',
    members: [
      ['manifests', '`object`, and the `comments` that stand above it in the text'],
      ['configuration', 'fields of `sallyport.yaml`'],
      [
        'settings',
        'every setting of the input: `setting`, `goes` (`manifest`, `configuration`, `gateway`, `built-in`, `none`), `words`, `closes?` (it is lost, and something is denied by it)',
      ],
    ],
  },
  {
    command: 'sessions list',
    introduction: 'What the admin API answers ([operations.md](../operations.md#administration)).',
    members: [
      ['sessions', 'one page'],
      ['next?', 'what to give to --after for the next one; absent: there is none'],
    ],
  },
  {
    command: 'sessions show',
    introduction: 'One session, as the list has it.',
    members: [
      [
        'id',
        'with `subject`, `issuer`, `client`, `host`, `createdAt`, `lastSeenAt`, `idleExpiresAt`, `expiresAt`, `sid?`, `address?`, `agent?`, `device?`',
      ],
    ],
  },
  {
    command: 'sessions revoke',
    introduction: '',
    members: [['ended', 'how many sessions']],
  },
  {
    command: 'healthcheck',
    introduction: '',
    members: [
      ['ok', 'whether it ends with 0'],
      ['readiness', '`ok`, and in `message` what the process says, or why it does not'],
      ['check?', 'the same of the check, with --check'],
    ],
  },
  {
    command: 'subject-hash',
    introduction: '',
    members: [
      ['subject', 'as it was asked for'],
      ['hashes', 'one for each key, that of the newest first'],
    ],
  },
  {
    command: 'version',
    introduction: '',
    members: [
      ['version', 'of Sallyport'],
      ['node', 'of Node.js, with its `v`'],
    ],
  },
]
