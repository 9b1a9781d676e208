/** A request as some service wants it: text with `{{names}}`, each value written as the content type needs it. */
import type { Channel, Message } from '../../domain/channel.ts'
import { isObject } from '../../domain/json.ts'
import { textOf, titleOf } from '../message.ts'
import { text } from './channel.ts'

export const NAMES = [
  'title',
  'sentence',
  'text',
  'severity',
  'priority',
  'change',
  'link',
  'key',
  'secret',
] as const
type Name = (typeof NAMES)[number]

const PLACE = /\{\{([^{}]*)\}\}/g
/** Pushover's: <https://pushover.net/api#priority>. */
const PRIORITY = { low: '-1', medium: '0', high: '1', critical: '1' } as const
/** A token (RFC 9110), and none that says where the request goes or how long it is. */
const HEADER = /^(?!(?:host|connection|content-length|transfer-encoding)$)[a-z0-9!#$%&'*+.^_`|~-]+$/i

const WRITTEN: { [type: string]: (value: string) => string } = {
  'application/json': (value) => JSON.stringify(value).slice(1, -1),
  'application/x-www-form-urlencoded': encodeURIComponent,
  'text/plain': (value) => value,
}

export function contentTypeOf(config: Channel['config']): string {
  return text(config, 'contentType') || 'application/json'
}

export function fill(message: Message, config: Channel['config'], key: string): string {
  const write = WRITTEN[contentTypeOf(config)]!
  const { sentence, severity, change, link } = message
  const values: Record<Name, string> = {
    title: titleOf(message),
    sentence,
    text: textOf(message),
    severity,
    priority: PRIORITY[severity],
    change,
    link: link ?? '',
    key,
    secret: text(config, 'secret'),
  }
  return text(config, 'body').replaceAll(PLACE, (_, name: string) => write(values[name.trim() as Name]))
}

export function headersOf(config: Channel['config']): { [name: string]: string } {
  const headers = config['headers']
  if (!isObject(headers)) return {}
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}

/** What cannot be sent so, by name. */
export function templateMistakes(config: Channel['config']): { path: string; message: string }[] {
  const unknown = [...text(config, 'body').matchAll(PLACE)].filter(
    ([, name]) => !NAMES.includes(name!.trim() as Name),
  )
  const type = contentTypeOf(config)
  const headers = config['headers']
  return [
    ...unknown.map(([place]) => ({
      path: 'body',
      message: `has ${place}, which is not known; there is ${NAMES.map((name) => `{{${name}}}`).join(', ')}`,
    })),
    ...(Object.hasOwn(WRITTEN, type)
      ? []
      : [{ path: 'contentType', message: `must be one of ${Object.keys(WRITTEN).join(', ')}` }]),
    ...(type === 'application/json' && unknown.length === 0 ? notJson(config) : []),
    ...(headers === undefined || isObject(headers)
      ? []
      : [{ path: 'headers', message: 'must be an object of names and texts' }]),
    ...Object.entries(isObject(headers) ? headers : {}).flatMap(([name, value]) =>
      HEADER.test(name) && typeof value === 'string' && /^[\t\x20-\x7e]*$/.test(value)
        ? []
        : [{ path: 'headers', message: `cannot have ${JSON.stringify(name)} with this value` }],
    ),
  ]
}

function notJson(config: Channel['config']) {
  const body = text(config, 'body')
  if (body === '') return []
  try {
    JSON.parse(body.replaceAll(PLACE, '0'))
    return []
  } catch {
    return [{ path: 'body', message: 'is not JSON; put each {{name}} between quotation marks' }]
  }
}
