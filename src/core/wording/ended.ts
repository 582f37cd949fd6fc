/** A text as a sentence: with a full stop, unless it ends like one already. */
export const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
