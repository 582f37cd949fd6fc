import type { Command } from 'commander'
import type { AddCommand } from '../terminal/adding.ts'
import type { ExitCode } from '../terminal/exit-code.ts'
import type { Io } from '../terminal/io.ts'
import { outputOption } from '../terminal/output.ts'

const connected = (command: Command, formats: readonly string[] = []): Command =>
  command
    .option('--server <url>', 'Where the admin API is. Also SALLYPORT_SERVER.')
    .option(
      '--token-file <file>',
      'File with the token; of a line `name token` the token. Also SALLYPORT_TOKEN_FILE.',
    )
    .option(
      '--ca-file <file>',
      'PEM certificates that vouch for the server, instead of those that come with Node.js. Also SALLYPORT_CA_FILE.',
    )
    .option('--cert-file <file>', 'PEM client certificate. Also SALLYPORT_CERT_FILE.')
    .option('--key-file <file>', 'PEM private key that belongs to it. Also SALLYPORT_KEY_FILE.')
    .addOption(outputOption(formats))

const addList = (io: Io, end: (code: ExitCode) => void, add: AddCommand, parent: Command): void => {
  connected(
    add(parent, 'list', {
      summary: 'List sessions, page by page',
      description:
        'List sessions, those that end soonest first, at most --limit of them. When there may be more, the last line says how to go on.',
      examples: `
# Whatever alice has
sallyport sessions list --subject alice

# Everybody at one host, for a program
sallyport sessions list --host shop.example.com --limit 1000 --output json`,
    })
      .option('-s, --subject <subject>', 'Those of one subject.')
      .option('--issuer <url>', 'Those of one issuer.')
      .option('-c, --client <client>', 'Those of one OIDCClient, as NAMESPACE/NAME.')
      .option('--host <host>', 'Those of one host.')
      .option('--limit <number>', 'How many to print, from 1 to 1000. (default 100)')
      .option('--after <mark>', 'Goes on where the page before ended.'),
    ['name'],
  ).action(async (options) => {
    const { listSessions } = await import('./sessions.ts')
    end(await listSessions(io, options))
  })
}

const addShow = (io: Io, end: (code: ExitCode) => void, add: AddCommand, parent: Command): void => {
  connected(
    add(parent, 'show <id>', {
      summary: 'Show one session',
      description: 'Show what is known of one session; its id is in the list.',
      examples: `
sallyport sessions show 6bvC7LsGsSMBpRjsw1ZPdbPrZ2FGvUXrnKOqUErLZEM`,
    }),
  ).action(async (id: string, options) => {
    const { showSession } = await import('./sessions.ts')
    end(await showSession(io, id, options))
  })
}

const addRevoke = (
  io: Io,
  end: (code: ExitCode) => void,
  add: AddCommand,
  parent: Command,
): void => {
  connected(
    add(parent, 'revoke', {
      summary: 'End sessions',
      description:
        'End sessions, on every replica, at once. Whoever had one signs in again with the next request.',
      examples: `
# A lost telephone
sallyport sessions revoke --session 6bvC7LsGsSMBpRjsw1ZPdbPrZ2FGvUXrnKOqUErLZEM

# Somebody who has left
sallyport sessions revoke --subject alice

# One application
sallyport sessions revoke --client shop/shop

# Everybody
sallyport sessions revoke --everything --yes`,
    })
      .option('--session <id>', 'One session.')
      .option(
        '-s, --subject <subject>',
        'Those of one subject; with --client, of that client alone.',
      )
      .option('--issuer <url>', 'Of that subject, those of one issuer.')
      .option('-c, --client <client>', 'Those of one OIDCClient, as NAMESPACE/NAME.')
      .option('--everything', 'All of them.', false)
      .option('--yes', 'Means it.', false),
  ).action(async (options) => {
    const { revokeSessions } = await import('./sessions.ts')
    end(await revokeSessions(io, options))
  })
}

/** Adds `sessions` with what is below it. */
export const addSessions = (
  io: Io,
  end: (code: ExitCode) => void,
  add: AddCommand,
  program: Command,
): void => {
  const parent = add(program, 'sessions', {
    summary: 'List and end sessions',
    description:
      'List and end sessions, by the admin API of a running process (`adminApi` in its configuration). Every use of it leaves a line of audit there.',
    examples: `
export SALLYPORT_SERVER=https://127.0.0.1:9443 SALLYPORT_TOKEN_FILE=./token
sallyport sessions list --subject alice
sallyport sessions revoke --subject alice`,
  })
  addList(io, end, add, parent)
  addShow(io, end, add, parent)
  addRevoke(io, end, add, parent)
}
