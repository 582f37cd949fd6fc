const LONGEST = 63

/** A text as the name of an object. */
export const objectName = (text: string, otherwise: string): string => {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replaceAll(/^-+|-+$/g, '')
  return name === '' ? otherwise : name
}

/** A claim as routes name it: by dots, or by a pointer where its name holds what dots cannot. */
export const claimPath = (name: string): string =>
  /^[\w-]+(\.[\w-]+)*$/.test(name) ? name : `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`

/** A claim at the top of a token, whatever its name: a dot in it leads nowhere. */
export const topClaim = (name: string): string =>
  /^[\w-]+$/.test(name) ? name : `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`

/** The same names, in their order, with a number behind each that was there before. */
export const unlikeNames = (names: readonly string[]): readonly string[] =>
  names.map((name, index) => {
    const before = names.slice(0, index).filter((one) => one === name).length
    return before === 0 ? name : `${name}-${before + 1}`
  })
