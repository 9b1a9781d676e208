/** Conditions that an exception from an alert could have: narrow ones first. */
import type { AlertView } from '../../../server/domain/api.ts'
import { eqlName, eqlText } from './query-clause.ts'

export type ExceptionChoice = { label: string; condition: string }

const MOST = 6

/** `ip`: the address that most of the evidence came from, where it is known. */
export function exceptionChoices(
  alert: Pick<AlertView, 'user' | 'entity' | 'evidence'>,
  ip: string | null,
): ExceptionChoice[] {
  const account = alert.user === null ? null : `${eqlName('user.email')} : ${eqlText(alert.user)}`
  const address = ip === null ? null : `source.ip == ${eqlText(ip)}`
  const choices: ExceptionChoice[] = []
  if (account && address)
    choices.push({ label: 'This account from this address', condition: `${account} and ${address}` })
  const seen = new Set<string>()
  for (const { matched } of alert.evidence) {
    for (const { field, value } of matched) {
      if (typeof value !== 'string' || value.length > 200 || seen.has(field)) continue
      if (/^(event\.|user\.email|source\.ip)/.test(field)) continue
      seen.add(field)
      const same = `${eqlName(field)} == ${eqlText(value)}`
      choices.push({
        label: `${account ? 'This account, w' : 'W'}ith the same ${field}`,
        condition: account ? `${account} and ${same}` : same,
      })
    }
  }
  if (address) choices.push({ label: 'Everybody from this address', condition: address })
  if (account) choices.push({ label: 'All that this account does', condition: account })
  return choices.slice(0, MOST)
}
