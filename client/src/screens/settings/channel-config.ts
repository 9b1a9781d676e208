/** A channel's `config` as text in fields, and back. */
import type { ChannelView } from '../../api/channels.ts'
import type { Field } from './channel-kinds.ts'

type Config = ChannelView['config']

/** What stands in a field at first; of a secret nothing is known. */
export function shownIn(field: Field, config: Config): string {
  const value = config[field.name]
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'string').join('\n')
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

export function isKept(field: Field, config: Config): boolean {
  return config[field.name] !== undefined && (field.as === 'secret' || field.as === 'headers')
}

/** Null takes a value away; a secret that was left empty stays as it is. */
export function configFrom(fields: readonly Field[], form: FormData, kept: Config): Config {
  const config: Config = {}
  for (const field of fields) {
    const { name, as } = field
    const typed = form.get(name)
    const text = typeof typed === 'string' ? typed.trim() : ''
    if (as === 'tick') {
      if (typed !== null || kept[name] !== undefined) config[name] = typed !== null
    } else if (text === '') {
      if (kept[name] !== undefined && !isKept(field, kept)) config[name] = null
    } else if (as === 'number') config[name] = Number(text)
    else if (as === 'list') config[name] = linesOf(text)
    else if (as === 'headers') config[name] = headersOf(text)
    else config[name] = text
  }
  return config
}

export function linesOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function headersOf(text: string): { [name: string]: string } {
  return Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const at = line.indexOf(':')
        return at === -1 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
      }),
  )
}

/** Where it goes, in a few words. */
export function targetOf({ kind, config }: Pick<ChannelView, 'kind' | 'config'>): string {
  const { to, url, chat } = config
  if (kind === 'email') return Array.isArray(to) ? to.filter((one) => typeof one === 'string').join(', ') : ''
  if (kind === 'telegram') return typeof chat === 'string' ? `chat ${chat}` : ''
  if (typeof url !== 'string') return 'the address is kept secret'
  return url
}
