/** The oldest major version of Node.js that runs this. */
const OLDEST = 24

/** Why this version of Node.js will not do, as a line for a terminal; `undefined` if it does. */
export const nodeComplaint = (version: string): string | undefined =>
  Number.parseInt(version, 10) >= OLDEST
    ? undefined
    : `sallyport: Node.js ${OLDEST} or newer is needed, and this is ${version}. In a clone, \`make node\` installs it into tools/.\n`
