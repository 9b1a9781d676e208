/** The address of the search page with a question filled in. */

const ADDRESS = /^[0-9a-f.:]+$/i

/** Events with `text` in them; of an address, those that came from it. */
export function searchAddress(text: string): string {
  const query = ADDRESS.test(text) && /[.:]/.test(text) ? `source.ip: ${quoted(text)}` : quoted(text)
  return queryAddress('kql', query)
}

/** The search page with this query. */
export function queryAddress(language: 'eql' | 'kql', query: string): string {
  return `/search?${new URLSearchParams({ language, query }).toString()}`
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
