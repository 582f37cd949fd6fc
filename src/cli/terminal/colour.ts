import { styleText } from 'node:util'
import type { Io } from './io.ts'

/** How a text is set off where there are colours. */
export type Style = 'good' | 'warning' | 'bad'

const FORMATS = { good: 'green', warning: 'yellow', bad: 'red' } as const

const isSet = (value: string | undefined): boolean => value !== undefined && value !== ''

const hasColours = ({ environment, isTerminal }: Io, stream: 'out' | 'err'): boolean =>
  isTerminal[stream] && !isSet(environment.NO_COLOR) && environment.TERM !== 'dumb'

/** Sets texts off by colour. */
export type Paint = (style: Style, text: string) => string

/**
 * Colours for one stream; none where it is no terminal, or a dumb one, or where `NO_COLOR` is set
 * to anything (no-color.org).
 */
export const paintOn = (io: Io, stream: 'out' | 'err'): Paint =>
  hasColours(io, stream)
    ? (style, text) => styleText(FORMATS[style], text, { validateStream: false })
    : (_, text) => text
