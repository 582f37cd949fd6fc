import type { ConsoleDeps } from '../../console/console.ts'
import type { PageDeps } from '../../console/console-pages.ts'
import type { ConsoleBrand } from '../../console/frame/brand.ts'
import type { ConsoleSite } from '../../core/console/console-site.ts'
import { accentOf } from '../../http/brand/color.ts'
import type { Look } from '../../http/look.ts'

/** What the console is opened with. */
export interface OpenConsoleDeps extends Omit<ConsoleDeps, 'pages' | 'brand'>, PageDeps {
  /** How pages look now. */
  readonly look: () => Pick<Look, 'name' | 'logo'>
  /** The colour of links and buttons, as `#rrggbb`. */
  readonly color?: string
}

const styleOf = (color: string | undefined): Pick<ConsoleBrand, 'style'> => {
  const accent = color === undefined ? undefined : accentOf(color)
  if (accent === undefined) return {}
  const [light, dark] = [accent.light, accent.dark].map(
    (one) => `:root { --accent: ${one.accent}; --fill: ${one.fill}; --on-fill: ${one.onFill}; }`,
  )
  return { style: `${light}\n@media (prefers-color-scheme: dark) { ${dark} }\n` }
}

/** Loads the console and what makes its pages, which no process without one does. */
export const openConsole = async (deps: OpenConsoleDeps): Promise<ConsoleSite> => {
  const [{ createConsole }, { consolePages }] = await Promise.all([
    import('../../console/console.ts'),
    import('../../console/console-pages.ts'),
  ])
  const style = styleOf(deps.color)
  const brand = (): ConsoleBrand => {
    const { name, logo } = deps.look()
    const named = name === undefined ? {} : { name }
    return { ...named, ...(logo === undefined ? {} : { logo }), ...style }
  }
  return createConsole({ ...deps, brand, pages: consolePages(deps) })
}
