/** What a pattern of the definitions means, for people. */
interface ValueForm {
  /** Completes "is not …". */
  readonly meaning: string
  readonly example: string
}

const URL_CHARACTERS = "A-Za-z0-9._~!$&'()*+,;=:@%/"
const SEGMENT_CHARACTERS = URL_CHARACTERS.slice(0, -1)
const AUTHORITY = String.raw`[A-Za-z0-9._~:\[\]-]+`

/** One entry for each `pattern` in the schemas, by the pattern itself. */
const forms: ReadonlyMap<string, ValueForm> = new Map([
  [
    String.raw`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`,
    {
      meaning: 'the name of an object: lower-case letters, digits, `-` and `.`',
      example: 'shop-oidc',
    },
  ],
  [
    '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
    {
      meaning: 'made of lower-case letters, digits and inner `-`',
      example: 'shop-1',
    },
  ],
  [
    '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$',
    {
      meaning: 'made of lower-case letters, digits and inner `-` and `.`',
      example: 'x-user-email',
    },
  ],
  [
    '^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$',
    {
      meaning: 'made of lower-case letters, digits and inner `-`, `.` and `_`',
      example: 'x-forwarded-user',
    },
  ],
  [
    '^[A-Za-z0-9._-]+$',
    { meaning: 'made of letters, digits, `.`, `_` and `-`', example: 'ca.crt' },
  ],
  [
    String.raw`^https?://${AUTHORITY}(/([${URL_CHARACTERS}-]|\{tenantid\})*)?$`,
    {
      meaning: 'an http or https URL without user, query and fragment',
      example: 'https://sso.example.com/realms/shop',
    },
  ],
  [
    String.raw`^https?://${AUTHORITY}(/[${URL_CHARACTERS}-]*)?(\?[${URL_CHARACTERS}?-]*)?$`,
    {
      meaning: 'an http or https URL without user and fragment',
      example: 'https://sso.example.com/token',
    },
  ],
  [
    `^https?://${AUTHORITY}(/[${URL_CHARACTERS}-]*)?$`,
    {
      meaning: 'an http or https URL without user, query and fragment',
      example: 'https://pdp.example.com/access/v1/evaluation',
    },
  ],
  [
    `^https?://${AUTHORITY}(/[${SEGMENT_CHARACTERS}-]+)*/v1/data(/[${SEGMENT_CHARACTERS}-]+)+$`,
    {
      meaning: 'the URL of one rule in the data API of OPA, which follows `/v1/data/`',
      example: 'https://opa.example.com/v1/data/shop/allow',
    },
  ],
  [
    '^[A-Za-z0-9]([A-Za-z0-9._:-]*[A-Za-z0-9])?$',
    {
      meaning: 'the name of a type: letters, digits, inner `.`, `_`, `:` and `-`',
      example: 'user',
    },
  ],
  [
    '^(/|(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+)$',
    { meaning: 'a path with no slash at its end and no dot before a name', example: '/mcp' },
  ],
  [
    `^https?://${AUTHORITY}/?$`,
    {
      meaning: 'the scheme, host and port of a proxy, and nothing else',
      example: 'http://proxy.example.com:3128',
    },
  ],
  [
    '^([0-9]{1,5}(h|m|s|ms)){1,4}$',
    {
      meaning: 'a duration: whole numbers with h, m, s or ms',
      example: '1h30m',
    },
  ],
  [
    String.raw`^(\*|[A-Za-z0-9][A-Za-z0-9-]*)$`,
    {
      meaning: 'the id of a tenant, or `*`',
      example: '8a4c1111-0000-4000-8000-000000000001',
    },
  ],
  [
    String.raw`^(\*|(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[1-9][0-9]{0,4})?)$`,
    {
      meaning: 'a host in lower case, one that begins with `*.`, or `*`',
      example: '*.example.com',
    },
  ],
  ['^[ -~]+$', { meaning: 'printable ASCII', example: 'shop' }],
  [
    '^[!-~]+$',
    {
      meaning: 'one authentication context: printable ASCII without spaces',
      example: 'urn:example:mfa',
    },
  ],
  [
    String.raw`^[!#-\[\]-~]+$`,
    {
      meaning: 'one scope: printable ASCII without spaces, quotes and backslashes',
      example: 'orders:read',
    },
  ],
  [
    '^[A-Za-z][A-Za-z0-9+.-]*:[!-"$-~]+$',
    {
      meaning: 'an absolute URI without a fragment',
      example: 'https://api.example.com',
    },
  ],
  [
    "^(/[A-Za-z0-9._~!$&'()*+,=:@-]+)+$",
    {
      meaning: 'a path: segments that each begin with one `/`, without query or trailing slash',
      example: '/oauth2/callback',
    },
  ],
  [
    String.raw`^[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$`,
    {
      meaning: 'one line of text that neither begins nor ends with a space',
      example: 'Work account',
    },
  ],
  [
    '^(__Host-[A-Za-z0-9_-]+|__Secure-sallyport[A-Za-z0-9_-]*)$',
    {
      meaning:
        'a cookie name that begins with `__Host-`, or, with a domain, with `__Secure-sallyport`',
      example: '__Host-shop',
    },
  ],
  [
    String.raw`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$`,
    {
      meaning: 'a DNS name of two labels or more, in lower case',
      example: 'example.com',
    },
  ],
  [
    String.raw`^(/([${URL_CHARACTERS.slice(0, -1)}?-][${URL_CHARACTERS}?-]*)?|https://${AUTHORITY}(/[${URL_CHARACTERS}-]*)?(\?[${URL_CHARACTERS}?-]*)?)$`,
    {
      meaning: 'a path that begins with exactly one `/`, or an https URL',
      example: '/signed-out',
    },
  ],
  [
    String.raw`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$`,
    {
      meaning: 'one DNS name in lower case, without port or `*`',
      example: 'login.example.com',
    },
  ],
  [
    String.raw`^(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$`,
    {
      meaning: 'a lower-case DNS name',
      example: 'shop.example.com',
    },
  ],
  [
    String.raw`^https://(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[1-9][0-9]{0,4})?$`,
    {
      meaning: 'an https origin in lower case, without path; its first label may be `*`',
      example: 'https://portal.example.com',
    },
  ],
  [
    String.raw`^/[^\x00-\x1f\x7f?#;%\\]*$`,
    {
      meaning: 'a decoded path: it begins with `/` and has no `?`, `#`, `;`, `%` or backslash',
      example: '/api',
    },
  ],
  [
    '^x-[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
    {
      meaning: 'the name of a header that begins with `x-`, in lower case',
      example: 'x-forwarded-host',
    },
  ],
  [
    String.raw`^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`,
    {
      meaning: 'a domain of two labels or more in lower case; its first label may be `*`',
      example: 'example.com',
    },
  ],
  ['^[0-9a-fA-F:.]+/[0-9]{1,3}$', { meaning: 'a network in CIDR notation', example: '10.0.0.0/8' }],
  [
    '^[!-~]([ -~]*[!-~])?$',
    {
      meaning: 'printable ASCII that neither begins nor ends with a space',
      example: 'v2',
    },
  ],
  [
    '^[a-z0-9_.-]+$',
    { meaning: 'made of lower-case letters, digits, `_`, `.` and `-`', example: 'user.plan' },
  ],
  [
    '^(\\*|https://(\\*\\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[1-9][0-9]{0,4})?)$',
    {
      meaning:
        'an https origin as browsers write it, without a path, `https://*.` and a domain, or `*`',
      example: 'https://app.example.com',
    },
  ],
  [
    '^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$',
    { meaning: 'a header name in lower case', example: 'content-type' },
  ],
  [
    "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
    { meaning: 'the name of a cookie (RFC 6265)', example: '__Host-token' },
  ],
  [
    '^[A-Za-z0-9._~-]+$',
    {
      meaning: 'a parameter name made of letters, digits, `.`, `_`, `~` and `-`',
      example: 'access_token',
    },
  ],
  ['^[A-Z][A-Z-]*$', { meaning: 'an HTTP method in upper case', example: 'GET' }],
  [
    String.raw`^((/([^\x00-\x1f\x7f~/]|~[01])+)+|[^\x00-\x1f\x7f./]+(\.[^\x00-\x1f\x7f./]+)*)$`,
    {
      meaning: 'a path into the claims: names joined by dots, or a JSON pointer',
      example: 'realm_access.roles',
    },
  ],
  [
    '^([a-z0-9][a-z0-9.-]*/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$',
    {
      meaning: 'the key of a label or annotation',
      example: 'example.com/team',
    },
  ],
  [
    '^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$',
    {
      meaning: 'the value of a label: letters, digits, inner `-`, `_` and `.`',
      example: 'checkout',
    },
  ],
])

/** What a pattern means; `undefined` for one that is not in the table. */
export const valueForm = (pattern: string): ValueForm | undefined => forms.get(pattern)
