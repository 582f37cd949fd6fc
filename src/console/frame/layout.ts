import type { Administrator } from '../../core/console/administrator.ts'
import { type Html, html } from '../page/html.ts'
import type { ConsoleBrand } from './brand.ts'
import { forgeryField } from './forgery-field.ts'

/** A page in its frame. */
export interface Framed {
  readonly title: string
  readonly body: Html
  readonly wantsScript?: boolean
  readonly brand: ConsoleBrand
  /** Absent: nobody has signed in, and there is nothing to go to. */
  readonly seat?: {
    readonly administrator: Administrator
    readonly antiForgery: string
    /** Of the page that is shown; the one of the navigation that it is below is marked. */
    readonly path: string
    readonly navigation: readonly { readonly path: string; readonly label: string }[]
  }
}

const WAYS = {
  token: 'by token',
  certificate: 'by certificate',
  assertion: 'through Sallyport',
} as const

const PRODUCT = 'Sallyport console'

const brandOf = ({ name, logo }: ConsoleBrand): Html => {
  if (name === undefined) return html`<p class="brand">${PRODUCT}</p>`
  if (logo === undefined) return html`<p class="brand">${name} – ${PRODUCT}</p>`
  return html`<p class="brand"><img src="${logo}" alt="${name}"> ${PRODUCT}</p>`
}

/** The one that is the page, or the longest that it lies below. */
const currentOf = ({ path, navigation }: NonNullable<Framed['seat']>): string | undefined =>
  navigation
    .map((one) => one.path)
    .filter((one) => one === path || (one !== '/console/' && path.startsWith(`${one}/`)))
    .toSorted((a, b) => b.length - a.length)[0]

const navigationOf = (seat: NonNullable<Framed['seat']>): Html => {
  const current = currentOf(seat)
  return html`<nav aria-label="Console"><ul>${seat.navigation.map(({ path, label }) =>
    path === current
      ? html`<li><a href="${path}" aria-current="page">${label}</a></li>`
      : html`<li><a href="${path}">${label}</a></li>`,
  )}</ul></nav>`
}

const footerOf = ({ administrator, antiForgery }: NonNullable<Framed['seat']>): Html => {
  const { name, way, roles } = administrator
  const may = roles.includes('end-sessions') ? 'sees everything and ends sessions' : 'sees'
  const signOut = html`<form method="post" action="/console/sign-out">${forgeryField(antiForgery)}<button class="plain">Sign out</button></form>`
  return html`<footer><div class="actions"><p>Signed in as <span class="text">${name}</span> ${WAYS[way]}, who ${may}.</p>${way === 'token' && signOut}</div></footer>`
}

/** A page as it is sent: complete, and the same with or without a script. */
export const framePage = ({ title, body, wantsScript, brand, seat }: Framed): string => {
  const owner = brand.name === undefined ? '' : ` – ${brand.name}`
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} – ${PRODUCT}${owner}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/console/assets/console.css">
${wantsScript === true && html`<script src="/console/assets/console.js" defer></script>`}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>${brandOf(brand)}${seat && navigationOf(seat)}</header>
<main id="content" tabindex="-1"${seat === undefined && html` class="narrow"`}>
<h1>${title}</h1>
${body}
</main>
${seat && footerOf(seat)}
</body>
</html>
`
  return page.toString()
}
