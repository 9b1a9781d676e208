/** The address of the search page with a question filled in. */
import { kqlText } from './query-clause.ts'

const ADDRESS = /^[0-9a-f.:]+$/i

/** Events with `text` in them; of an address, those that came from it. */
export function searchAddress(text: string): string {
  const query = ADDRESS.test(text) && /[.:]/.test(text) ? `source.ip: ${kqlText(text)}` : kqlText(text)
  return queryAddress('kql', query)
}

/** The search page with this query; `from` and `to` as requests take them. */
export function queryAddress(language: 'eql' | 'kql', query: string, from = '', to = ''): string {
  const asked = new URLSearchParams({ language, query, ...(from && { from }), ...(to && { to }) })
  return `/search?${asked.toString()}`
}
