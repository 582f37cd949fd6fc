import { SaxesParser } from 'saxes'

const SVG = 'http://www.w3.org/2000/svg'

/** The elements that draw (SVG 2). None runs, loads or links; filters by their common beginning. */
const DRAWING: ReadonlySet<string> = new Set([
  ...['svg', 'g', 'defs', 'symbol', 'use', 'switch', 'title', 'desc', 'metadata', 'style'],
  ...['path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon', 'image', 'view'],
  ...['text', 'tspan', 'textPath', 'linearGradient', 'radialGradient', 'stop', 'pattern'],
  ...['clipPath', 'mask', 'marker', 'filter'],
])

const FILTER_PART = /^fe[A-Z][A-Za-z]*$/

/** Where a reference may lead: into the file itself, or to pixels that are in it. */
const OWN = /^(?:#|data:image\/(?:png|jpeg|gif|webp);base64,)/i

/** A file may end before its parenthesis does. */
const URL_IN_STYLE = /url\(\s*["']?\s*([^"')]*)/gi

/** What loads something without saying `url(`, and what hides that something is said. */
const LOADING = /@import|\\|(?:image|image-set|cross-fade|src)\(/i

const MEND = 'take it out: a logo is an image and nothing else'

const styleProblem = (text: string): string | undefined => {
  const loading = LOADING.exec(text)
  if (loading !== null) {
    const found = loading[0] === '\\' ? 'a backslash' : loading[0]
    return `has a style with ${found}, which can load something: ${MEND}`
  }
  const foreign = [...text.matchAll(URL_IN_STYLE)]
    .map(([, url = '']) => url.trim())
    .find((url) => !OWN.test(url))
  return foreign === undefined ? undefined : `loads ${foreign.slice(0, 80)} by a style: ${MEND}`
}

interface Attribute {
  readonly local: string
  readonly value: string
}

const attributeProblem = (
  element: string,
  name: string,
  { local, value }: Attribute,
): string | undefined => {
  if (/^on/i.test(local)) return `has the script ${name} on <${element}>: ${MEND}`
  if (/^(?:href|src)$/i.test(local) && !OWN.test(value.trim())) {
    return `has ${name} on <${element}>, which leads to ${value.slice(0, 80)}: ${MEND}`
  }
  return styleProblem(value)
}

const elementProblem = (local: string, uri: string): string | undefined => {
  const isDrawing = uri === SVG && (DRAWING.has(local) || FILTER_PART.test(local))
  const isNote = uri !== SVG && uri !== '' && !/xhtml|mathml|xml-events/i.test(uri)
  return isDrawing || isNote ? undefined : `has the element <${local}>: ${MEND}`
}

const rootProblem = (
  local: string,
  uri: string,
  attributes: Readonly<Record<string, unknown>>,
): string | undefined => {
  if (local !== 'svg' || uri !== SVG) {
    return `begins with <${local}> instead of <svg xmlns="${SVG}">: export it as SVG`
  }
  const hasSize = ['viewBox', 'width'].some((name) => Object.hasOwn(attributes, name))
  return hasSize ? undefined : 'has no size: give <svg> a viewBox'
}

/**
 * What keeps an SVG from being shown: that it is no well-formed XML (XML 1.0), or that something in
 * it would run or be loaded. Pages show it as an image, in which browsers run nothing either; so
 * this is for whoever opens the file by itself.
 */
export const svgProblem = (bytes: Buffer): string | undefined => {
  const problems: string[] = []
  const note = (problem: string | undefined): void => {
    if (problem !== undefined) problems.push(problem)
  }
  const parser = new SaxesParser({ xmlns: true, position: true })
  /** Whether each open element is a style, and what it says so far: elements in it say nothing. */
  const open: { readonly isStyle: boolean; text: string }[] = []
  const read = (text: string): void => {
    const inner = open.at(-1)
    if (inner?.isStyle === true) inner.text += text
  }
  parser.on('error', ({ message }) => note(`is no well-formed XML (${message}): export it again`))
  parser.on('doctype', (text) => {
    if (text.includes('[')) note(`declares entities in its document type: ${MEND}`)
  })
  parser.on('processinginstruction', ({ target }) =>
    note(`has the instruction <?${target}?>: ${MEND}`),
  )
  parser.on('opentag', ({ name, local, uri, attributes }) => {
    note(open.length === 0 ? rootProblem(local, uri, attributes) : elementProblem(local, uri))
    open.push({ isStyle: uri === SVG && local === 'style', text: '' })
    for (const [attribute, value] of Object.entries(attributes)) {
      note(attributeProblem(name, attribute, value))
    }
  })
  parser.on('closetag', () => {
    note(styleProblem(open.pop()?.text ?? ''))
  })
  parser.on('text', read)
  parser.on('cdata', read)
  try {
    parser.write(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).close()
  } catch (error) {
    note(`cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  return problems[0]
}
