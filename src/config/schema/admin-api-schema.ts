import { address, boolean, type FieldNote, file } from './field-kinds.ts'
import { group } from './shape.ts'
import { listField, nonEmpty, textField, unless } from './text-fields.ts'

const noted = (kind: FieldNote['kind'], description: string): FieldNote => ({ kind, description })

const CERTIFICATE_NAME = /^(?:CN=|DNS:|URI:|email:)\S(?:.*\S)?$/

const certificateNames = (description: string) =>
  listField(
    {
      what: 'a list of names of certificates',
      item: {
        what: 'text',
        judge: unless(
          (name) => CERTIFICATE_NAME.test(name),
          'must be a name of a certificate with its kind, such as CN=alice, DNS:admin.example.com, URI:spiffe://example.com/alice or email:alice@example.com',
        ),
      },
      empty: 'must name at least one certificate, or be left out',
    },
    noted('texts', description),
  ).optional()

const claimValues = (description: string) =>
  listField(
    {
      what: 'a list of values',
      item: nonEmpty('a value of the claim'),
      empty: 'must name at least one value, or be left out',
    },
    noted('texts', description),
  ).optional()

const ROUTE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/

const HEADER = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/

const CLAIM = /^(?:(?:\/(?:[^/~]|~[01])+)+|[^/.][^.]*(?:\.[^.]+)*)$/

/** Who administers this process, and where. */
export const adminApi = group({
  listen: address(
    'Where the admin API is served, which lists and ends sessions, and the console (docs/console.md). Unset: nowhere. Not for the public; needs `adminApi.tokenFile`, `adminApi.tls.clientCaFile` or `adminApi.assertion`.',
  ).optional(),
  console: boolean(
    'Whether the admin API serves the console as well, below `/console/` of its address. It takes the same administrators.',
  ).default(true),
  tokenFile: file(
    'File with the bearer tokens that the admin API takes, one a line as `name token` or `name token roles`: at least 32 characters each (`openssl rand -hex 32`); the name is what the audit lines say. The roles are `view`, or `end-sessions`, which sees as well; without any a token may do everything. Read again when it changes. Setting it demands a token, or an assertion, from every request.',
  ).optional(),
  tls: group({
    certFile: file(
      'PEM certificate chain of the admin API. Unset: plain text, in which tokens can be read on the way. Read again every half minute, as are the other two.',
    ).optional(),
    keyFile: file('PEM private key that belongs to `adminApi.tls.certFile`.').optional(),
    clientCaFile: file(
      'PEM certificates of the authority that signs the client certificates of administrators; setting it demands one from every request.',
    ).optional(),
  }),
  certificates: group({
    view: certificateNames(
      'Client certificates whose holders may see everything, by the common name (`CN=alice`) or an alternative name (`DNS:`, `URI:`, `email:`). With neither list, whoever has a certificate may do everything; with one, whoever is in none may do nothing.',
    ),
    endSessions: certificateNames(
      'Client certificates whose holders may end sessions besides, named likewise.',
    ),
  }),
  assertion: group({
    audience: textField(
      nonEmpty('text'),
      noted(
        'text',
        'Lets administrators in by the assertions of a ProtectedRoute whose upstream this is (docs/console.md): `upstream.assertion.audience` of that route, which no other may have. Needs `assertions.issuer`, the route, a claim and its values. Unset: assertions mean nothing here.',
      ),
    ).optional(),
    route: textField(
      {
        what: 'namespace/name of a ProtectedRoute',
        judge: unless(
          (name) => ROUTE.test(name),
          'must be namespace/name of a ProtectedRoute, such as sallyport/console',
        ),
        schema: { pattern: ROUTE.source },
      },
      noted(
        'text',
        'That ProtectedRoute, as `namespace/name`. Any other that asks for the audience is refused: its upstream could come in as whoever visits it.',
      ),
    ).optional(),
    header: textField(
      {
        what: 'the name of a header',
        judge: unless(
          (name) => HEADER.test(name),
          'must be the name of a header in lower case, such as x-sallyport-assertion',
        ),
        schema: { pattern: HEADER.source },
      },
      noted(
        'text',
        'The header that the assertion comes in: `upstream.assertion.header` of the route.',
      ),
    ).default('x-sallyport-assertion'),
    claim: textField(
      {
        what: 'the name of a claim',
        judge: unless(
          (claim) => CLAIM.test(claim),
          'must be a claim such as groups, realm_access.roles or /https:~1~1example.com~1roles',
        ),
      },
      noted(
        'text',
        'The claim that decides what somebody may do, a text or a list of texts; `upstream.assertion.claims` of the route names it as well. Dotted, or a JSON pointer.',
      ),
    ).optional(),
    view: claimValues('Values of the claim whose holders may see everything.'),
    endSessions: claimValues('Values of the claim whose holders may end sessions besides.'),
  }),
})
