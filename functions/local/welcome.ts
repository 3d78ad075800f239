/**
 * What a person reads after the start: the address, the token and how to try it.
 *
 * @param token the one made at the first start; absent when `API_TOKENS` rules.
 */
export function welcome(url: string, token: string | undefined): string {
  const shown = token ?? "the one in API_TOKENS";
  return `remote-storage listens on ${url}
API token: ${shown}

Try it:
  export TOKEN=${token ?? "…"}
  curl -L -T photo.jpg -H "Authorization: Bearer $TOKEN" ${url}/objects/private/photo.jpg
  curl -H "Authorization: Bearer $TOKEN" "${url}/objects/private?limit=10"
  curl -L -o copy.jpg -H "Authorization: Bearer $TOKEN" ${url}/objects/private/photo.jpg
What else it does: ${url}/openapi.json
`;
}
