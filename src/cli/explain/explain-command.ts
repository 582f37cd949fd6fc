import { InvalidArgumentError, Option } from 'commander'
import { trimBlanks } from '../../core/request/trim-blanks.ts'
import { type Adding, append, insecureOption, repeatable, url } from '../terminal/adding.ts'
import { outputOption } from '../terminal/output.ts'

const header = (
  text: string,
  before?: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] => {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('Write it as "Name: value".')
  }
  return append([name.toLowerCase(), trimBlanks(value)] as const, before)
}

const scopeList = (text: string): readonly string[] => text.split(/[ ,]+/).filter(Boolean)

/** Adds `explain`. */
export const addExplain = ({ io, end, add }: Adding): void => {
  add('explain', {
    summary: 'Say what a request would be answered with, and why',
    description:
      'Say which policy and rule a request falls under, what they ask for, and what it would be answered with. Works on files alone: nothing is contacted, tokens are read but not verified, and Secrets need not be there. With --claims the request is asked as somebody who has them, and each clause says what it makes of them. With --live the providers are contacted, and a token is verified for real.',
    examples: `
# What does a script get that asks without a token?
sallyport explain --resources ./resources --url https://shop.example.com/api/orders

# What does a browser get?
sallyport explain --resources ./resources --url https://shop.example.com/ --header 'Sec-Fetch-Mode: navigate'

# What does somebody get who is signed in and has these claims, and what does the upstream hear?
sallyport explain --resources ./resources --url https://shop.example.com/api/orders --claims alice.yaml

# And a program with an access token?
sallyport explain --resources ./resources --url https://shop.example.com/api/orders \\
  --claims robot.json --via bearer --scopes orders:read --source-address 192.0.2.7

# Would this token do?
sallyport explain --resources ./resources --url https://shop.example.com/api/orders \\
  --header "Authorization: Bearer $TOKEN"

# And its signature, with the keys that the provider has now?
sallyport explain --live --resources ./resources --url https://shop.example.com/api/orders \\
  --header "Authorization: Bearer $TOKEN"`,
  })
    .addOption(
      repeatable(
        '-r, --resources <path>',
        'A file or folder of resources; may be repeated.',
      ).makeOptionMandatory(),
    )
    .addOption(
      new Option('-u, --url <url>', 'The URL of the request.').argParser(url).makeOptionMandatory(),
    )
    .option('-X, --method <method>', 'The method of the request.', 'GET')
    .addOption(
      new Option('-H, --header <header>', 'A header as "Name: value"; may be repeated.').argParser(
        header,
      ),
    )
    .option(
      '--source-address <address>',
      'The IP address that the gateway names as the source of the request.',
    )
    .addOption(
      new Option(
        '--claims <file>',
        'Ask as somebody who has these claims: JSON or YAML. What every token has is filled in.',
      ).conflicts('live'),
    )
    .addOption(
      new Option('--via <credential>', 'Ask as somebody by: session (the default) or bearer.')
        .choices(['session', 'bearer'])
        .conflicts('live'),
    )
    .addOption(
      new Option(
        '--scopes <list>',
        'The granted scopes, by space or comma. Unset: those that the client asks for, or that the claims say.',
      )
        .argParser(scopeList)
        .conflicts('live'),
    )
    .addOption(
      new Option(
        '--client <name>',
        'The OIDCClient of the session: namespace/name, or name. Unset: the first that signs in.',
      ).conflicts('live'),
    )
    .option('--live', 'Contact the providers, as `serve` would.', false)
    .option(
      '-c, --config <file>',
      'The configuration file of `serve`, for what the platform requires (`requirements`), and with --live for how providers are reached. Also SALLYPORT_CONFIG.',
    )
    .addOption(insecureOption())
    .addOption(outputOption())
    .action(async ({ header: headers = [], ...options }) => {
      const { explain } = await import('./explain.ts')
      end(await explain(io, { ...options, headers }))
    })
}
