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
