/** What the mappings of indices and templates say of field types. They are kept as settings, by name. */
import { type Fields, isObject, type Json } from '../../domain/json.ts'
import { nameFits } from '../../domain/name-pattern.ts'
import type { FieldType, FieldTypes } from '../../lang/predicate.ts'
import type { Store, StoredRecord } from '../../store/store.ts'
import { ElasticMistake } from './mistake.ts'
import { shown } from './shown.ts'

/** Ids of the settings that hold them. */
export const INDEX_PREFIX = 'index/'
export const TEMPLATE_PREFIX = 'index-template/'
export const COMPONENT_PREFIX = 'component-template/'

const TYPES: ReadonlySet<string> = new Set<FieldType>([
  'date',
  'date_nanos',
  'version',
  'ip',
  'long',
  'double',
])

/**
 * The types of fields in the indices asked for, by path: what an index itself says, then what templates say, those
 * of the highest priority first. Fields of other types compare as the JSON they came as, and are left out.
 */
export async function typesFor(
  store: Pick<Store, 'records'>,
  indices: readonly string[],
): Promise<FieldTypes> {
  const settings = await store.records('setting')
  const types = new Map<string, FieldType>()
  for (const { id, body } of settings) {
    if (id.startsWith(INDEX_PREFIX) && indices.some((name) => fits(name, id.slice(INDEX_PREFIX.length)))) {
      addTypes(types, mappingsOf(body))
    }
  }
  for (const mappings of templatesFor(settings, indices)) addTypes(types, mappings)
  return types
}

/** Adds what is new to the mappings of an index; a field that has another type already is refused. */
export function mergeMappings(known: Json | undefined, added: Json | undefined, path = ''): Fields {
  const merged: Fields = isObject(known) ? { ...known } : {}
  if (added === undefined || added === null) return merged
  if (!isObject(added))
    throw new ElasticMistake('mapper_parsing_exception', 'Failed to parse mapping: it is no object')
  for (const [key, value] of Object.entries(added)) {
    const was = merged[key]
    if (key === 'type' && typeof was === 'string' && was !== value) {
      const reason = `mapper [${path}] cannot be changed from type [${was}] to [${shown(value)}]`
      throw new ElasticMistake('illegal_argument_exception', reason)
    }
    const below = key === 'properties' || key === 'fields' ? path : path === '' ? key : `${path}.${key}`
    merged[key] = isObject(value) ? mergeMappings(was, value, below) : value
  }
  return merged
}

export function mappingsOf(body: Json | undefined): Json | undefined {
  return isObject(body) ? body['mappings'] : undefined
}

/** Whether a name, or a name with `*`, means this index. */
export function fits(name: string, index: string): boolean {
  if (name === '_all' || name === '*') return true
  return nameFits(name, index)
}

function templatesFor(settings: readonly StoredRecord[], indices: readonly string[]): (Json | undefined)[] {
  const components = new Map(
    settings
      .filter(({ id }) => id.startsWith(COMPONENT_PREFIX))
      .map(({ id, body }) => [id.slice(COMPONENT_PREFIX.length), body]),
  )
  return settings
    .flatMap(({ id, body }) => (id.startsWith(TEMPLATE_PREFIX) && isObject(body) ? [body] : []))
    .filter((body) =>
      texts(body['index_patterns']).some((pattern) => indices.some((name) => meet(pattern, name))),
    )
    .sort((a, b) => rank(b) - rank(a))
    .flatMap((body) => [
      // A legacy template has its mappings at the top.
      mappingsOf(body['template']) ?? mappingsOf(body),
      ...texts(body['composed_of'])
        .toReversed()
        .map((name) => templateMappings(components.get(name))),
    ])
}

function templateMappings(body: Json | undefined): Json | undefined {
  return isObject(body) ? mappingsOf(body['template']) : undefined
}

/** Whether some index may be meant by both. */
function meet(pattern: string, name: string): boolean {
  if (name === '_all' || fits(pattern, name) || fits(name, pattern)) return true
  if (!name.includes('*') || !pattern.includes('*')) return false
  const [a, b] = [pattern.slice(0, pattern.indexOf('*')), name.slice(0, name.indexOf('*'))]
  return a.startsWith(b) || b.startsWith(a)
}

function rank(body: Fields): number {
  return Number(body['priority'] ?? body['order'] ?? 0) || 0
}

function texts(value: Json | undefined): string[] {
  return [value ?? []].flat().filter((text): text is string => typeof text === 'string')
}

function addTypes(types: Map<string, FieldType>, mappings: Json | undefined, prefix = ''): void {
  const properties = isObject(mappings) ? mappings['properties'] : undefined
  if (!isObject(properties)) return
  for (const [name, field] of Object.entries(properties)) {
    if (!isObject(field)) continue
    const path = `${prefix}${name}`
    const type = field['type']
    if (typeof type === 'string' && TYPES.has(type) && !types.has(path)) types.set(path, type as FieldType)
    addTypes(types, field, `${path}.`)
  }
}
