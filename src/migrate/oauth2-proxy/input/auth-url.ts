import { type JsonObject, listIn, objectIn, textIn } from '../../reading/json.ts'
import { kindOf, nameIn, routedHosts } from '../../reading/kubernetes.ts'

/** Where the gateway asks oauth2-proxy, for the hosts of one Ingress. */
export interface AuthUrl {
  /** As it is named to whoever reads what became of it. */
  readonly written: string
  /** Empty: every host. */
  readonly hosts: readonly string[]
  /** What the query asks of whoever signed in, by the names of its parameters. */
  readonly asked: Readonly<Record<string, readonly string[]>>
  /** It asks something that cannot be read. */
  readonly isUnread: boolean
}

const PARAMETERS = ['allowed_groups', 'allowed_emails', 'allowed_email_domains']
const ASKS = /allowed_(?:groups|emails|email_domains)=/
const VARIABLE = /\$/

const askedBy = (url: string): AuthUrl['asked'] => {
  const query = new URLSearchParams(url.replace(/^[^?]*\??/, '').replace(/#.*/s, ''))
  const values = PARAMETERS.map(
    (name) =>
      [
        name,
        query
          .getAll(name)
          .flatMap((one) => one.split(','))
          .filter((one) => one !== ''),
      ] as const,
  )
  return Object.fromEntries(values.filter(([, list]) => list.length > 0))
}

/** What any other annotation asks is in no form that is read here. */
const asksElsewhere = (annotations: JsonObject): boolean =>
  Object.entries(annotations).some(
    ([key, value]) => !key.endsWith('/auth-url') && ASKS.test(textIn(value) ?? ''),
  )

const authUrlOf = (ingress: JsonObject): readonly AuthUrl[] => {
  const annotations = objectIn(objectIn(ingress.metadata).annotations)
  const urls = Object.entries(annotations).filter(([key]) => key.endsWith('/auth-url'))
  const isElsewhere = asksElsewhere(annotations)
  if (urls.length === 0 && !isElsewhere) return []
  const [url = '', ...more] = urls.map(([, value]) => textIn(value) ?? '')
  const asked = askedBy(url)
  const rules = listIn(objectIn(ingress.spec).rules).map(objectIn)
  const isForAll = rules.length === 0 || rules.some(({ host }) => textIn(host) === undefined)
  return [
    {
      written: `auth-url of Ingress ${nameIn(ingress)}`,
      hosts: isForAll ? [] : routedHosts([ingress]),
      asked,
      isUnread: isElsewhere || more.length > 0 || VARIABLE.test(Object.values(asked).join()),
    },
  ]
}

/** Where the Ingresses among some objects ask oauth2-proxy. */
export const authUrlsIn = (objects: readonly JsonObject[]): readonly AuthUrl[] =>
  objects.filter((one) => kindOf(one) === 'Ingress').flatMap(authUrlOf)
