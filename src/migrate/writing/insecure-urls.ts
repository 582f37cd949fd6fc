import { type JsonObject, objectIn, textIn } from '../reading/json.ts'

const isHttps = (url: string): boolean => url.startsWith('https://')

/** What stands above an IdentityProvider whose URLs are not all of https. */
export const insecureUrls = ({ issuer, metadataURL, endpoints }: JsonObject): readonly string[] => {
  const urls = [
    ...Object.entries({ issuer, metadataURL }),
    ...Object.entries(objectIn(endpoints)).map(
      ([name, url]) => [`endpoints.${name}`, url] as const,
    ),
  ]
  return urls.flatMap(([field, value]) => {
    const url = textIn(value)
    return url === undefined || isHttps(url)
      ? []
      : [`INCOMPLETE: spec.${field} has to be an https URL; it was ${url}.`]
  })
}
