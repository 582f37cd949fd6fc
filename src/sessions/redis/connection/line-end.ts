/**
 * What an editor or a program leaves behind a name or password: spaces, tabs and line ends, and no
 * letter beyond ASCII, which may be part of it.
 */
export const withoutLineEnd = (text: string): string => text.replace(/[ \t\r\n]+$/, '')
