/** A claim as routes name it: by dots, or by a pointer where its name holds what dots cannot. */
export const claimPath = (name: string): string =>
  /^[\w-]+(\.[\w-]+)*$/.test(name) ? name : `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
