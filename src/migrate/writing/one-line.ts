/** What ends a line, or cannot be seen, for some reader of YAML or of expressions. */
const BREAKS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/gu

/** A text of the input as it may stand in a comment: it ends no line. */
export const oneLine = (text: string): string => text.replaceAll(BREAKS, ' ')
