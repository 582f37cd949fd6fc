import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { forwardTo } from './forwarding.ts'
import type { Spec } from './provider-under-test.ts'

/** The person who can sign in. */
export interface HydraPerson {
  readonly subject: string
  readonly password: string
  readonly email: string
}

interface Ports {
  readonly publicPort: number
  readonly adminPort: number
}

/** An answer of Hydra's administration. @throws Error with what it said, if it is no success */
export const askHydra = async (
  adminPort: number,
  method: string,
  path: string,
  body?: Spec,
): Promise<Spec> => {
  const response = await fetch(`http://127.0.0.1:${adminPort}/admin${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const said = await response.text()
  if (!response.ok) throw new Error(`Hydra answered ${response.status} to ${path}: ${said}`)
  return said === '' ? {} : (JSON.parse(said) as Spec)
}

const page = (action: string, fields: string): string =>
  `<!doctype html><title>Hydra</title><form method="post" action="${action}">${fields}</form>`

const LOGIN = '<input name="user"><input name="password" type="password"><button>Sign in</button>'

const show = (answer: ServerResponse, content: string): void => {
  answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(content)
}

/** What a token is for, by the address that the login began with. */
export type AudiencesOf = (requestUrl: URL) => readonly string[]

/**
 * The pages of login, consent and logout that everybody who runs Hydra writes; everything else is
 * handed on to Hydra.
 */
export const hydraPages = (
  { publicPort, adminPort }: Ports,
  person: HydraPerson,
  audiencesOf: AudiencesOf,
): RequestListener => {
  const accept = async (answer: ServerResponse, what: string, challenge: string, body: Spec) => {
    const path = `/oauth2/auth/requests/${what}/accept?${what}_challenge=${challenge}`
    const { redirect_to: location } = await askHydra(adminPort, 'PUT', path, body)
    answer.writeHead(303, { location: String(location) }).end()
  }
  const requestOf = (what: string, challenge: string) =>
    askHydra(adminPort, 'GET', `/oauth2/auth/requests/${what}?${what}_challenge=${challenge}`)

  const logIn = async (incoming: IncomingMessage, answer: ServerResponse, challenge: string) => {
    const { skip } = await requestOf('login', challenge)
    if (skip === true) return accept(answer, 'login', challenge, { subject: person.subject })
    const form = page(incoming.url ?? '', LOGIN)
    if (incoming.method !== 'POST') return show(answer, form)
    const fields = new URLSearchParams(await text(incoming))
    const isKnown =
      fields.get('user') === person.subject && fields.get('password') === person.password
    if (!isKnown) return show(answer, form)
    await accept(answer, 'login', challenge, {
      subject: person.subject,
      remember: true,
      remember_for: 3600,
    })
  }
  const consent = async (_: IncomingMessage, answer: ServerResponse, challenge: string) => {
    const { requested_scope: scope, request_url } = await requestOf('consent', challenge)
    await accept(answer, 'consent', challenge, {
      grant_scope: scope,
      grant_access_token_audience: audiencesOf(new URL(String(request_url))),
      session: { id_token: { email: person.email } },
    })
  }
  const logOut = async (incoming: IncomingMessage, answer: ServerResponse, challenge: string) => {
    if (incoming.method === 'POST') return accept(answer, 'logout', challenge, {})
    show(answer, page(incoming.url ?? '', '<button>Sign out</button>'))
  }
  const pages = { login: logIn, consent, logout: logOut }

  return (incoming, answer) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://localhost')
    const name = Object.keys(pages).find((each) => pathname === `/${each}`)
    if (name === undefined) return forwardTo(publicPort, incoming, answer)
    const challenge = encodeURIComponent(searchParams.get(`${name}_challenge`) ?? '')
    pages[name as keyof typeof pages](incoming, answer, challenge).catch((error: unknown) => {
      answer.writeHead(500).end(String(error))
    })
  }
}
