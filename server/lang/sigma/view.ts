/**
 * An event as a Sigma rule sees it: fields by their names in any case, through the names that its log source has for them.
 * What one rule has looked up, the next finds ready.
 */
import { type Doc, isDoc, type Json, leavesOf } from '../document.ts'
import { Double } from '../double.ts'
import { foldName, snakeName } from './fold.ts'
import { NAMES, type Names } from './names/index.ts'
import type { ReadField } from './names/names.ts'

export type FieldValue = {
  /** The name is there, whatever it holds. */
  present: boolean
  /** What it holds, as text; of an object the name and value of each leaf, and the whole as JSON. Nulls left out. */
  texts: readonly string[]
  /** The same in lower case. */
  folded: readonly string[]
}

/** A field of a log source, the same object for the same name: what an event is asked for. */
export type Field = { names: Names; folded: string; beside(name: string): Field }

// As many as all public rules name together, and some; the oldest are then made anew.
const MOST_FIELDS = 20_000
const fields = new Map<string, Field>()

/** The field that a rule calls `name`, by the table of its log source. */
export function fieldOf(table: string, name: string): Field {
  const folded = foldName(name)
  const key = `${table}|${folded}`
  const known = fields.get(key)
  if (known) return known
  const field = {
    names: NAMES[table] ?? NAMES['any']!,
    folded,
    beside: (other: string) => fieldOf(table, other),
  }
  if (fields.size >= MOST_FIELDS) fields.clear()
  fields.set(key, field)
  return field
}

export type View = { field(field: Field): FieldValue; keywords(): FieldValue }

const views = new WeakMap<Doc, View>()

export function viewOf(doc: Doc): View {
  const known = views.get(doc)
  if (known) return known
  const view = makeView(doc)
  views.set(doc, view)
  return view
}

function makeView(doc: Doc): View {
  const read = new Map<Field, FieldValue>()
  let all: FieldValue | undefined
  const view: View = {
    field(field) {
      const known = read.get(field)
      if (known) return known
      const found = lookUp(doc, field, (other) => view.field(field.beside(other)).texts)
      read.set(field, found)
      return found
    },
    keywords: () => (all ??= valueOf(keywordTexts(doc), true)),
  }
  return view
}

const ABSENT: FieldValue = { present: false, texts: [], folded: [] }

function lookUp(doc: Doc, { names, folded }: Field, read: ReadField): FieldValue {
  let present = false
  for (const places of placesOf(doc, names, folded, read)) {
    const found: Json[] = []
    const isThere = places(found)
    present ||= isThere
    if (found.length > 0) return valueOf(found.flatMap(textsOf), true)
  }
  return present ? { ...ABSENT, present: true } : ABSENT
}

/** Collects the values there; answers whether the name is there at all. */
type Place = (found: Json[]) => boolean

function* placesOf(doc: Doc, names: Names, folded: string, read: ReadField): Generator<Place> {
  for (const path of names.fields.get(folded) ?? []) {
    if (typeof path === 'function') yield (found) => gather(path(doc, read), '', names, found, 0)
    else yield (found) => gather(doc, path, names, found, 0)
  }
  for (const root of names.roots) {
    if (typeof root === 'function') {
      const node = root(doc)
      if (node) yield (found) => gather(node, folded, names, found, 0)
    } else yield (found) => gather(doc, root === '' ? folded : `${root}.${folded}`, names, found, 0)
  }
}

const DEEPEST = 50

/** Follows a folded path through objects and lists; a key may itself hold dots. */
function gather(node: Json | undefined, path: string, names: Names, found: Json[], depth: number): boolean {
  if (node === undefined || depth > DEEPEST) return false
  if (path === '') {
    if (node !== null) found.push(node)
    return true
  }
  if (Array.isArray(node)) {
    let isThere = false
    for (const item of node) isThere = gather(item, path, names, found, depth + 1) || isThere
    return isThere
  }
  if (!isDoc(node)) return false
  const keys = keysOf(node)
  let isThere = false
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
    const key =
      keys.get(path.slice(0, end)) ?? (names.snake ? keys.get(formsOf(path.slice(0, end)).snake) : undefined)
    if (key !== undefined)
      isThere = gather(node[key], path.slice(end + 1), names, found, depth + 1) || isThere
  }
  if (!isThere && keys.has('0')) {
    // Elastic turns some lists into objects with numbers for keys.
    for (const key of Object.keys(node))
      if (/^\d+$/.test(key)) isThere = gather(node[key], path, names, found, depth + 1) || isThere
  }
  return isThere
}

const knownKeys = new WeakMap<Doc, Map<string, string>>()

/** The keys of an object by their folded form, and with `_` before it by the form without underscores. */
function keysOf(node: Doc): Map<string, string> {
  const known = knownKeys.get(node)
  if (known) return known
  const keys = new Map<string, string>()
  for (const key of Object.keys(node)) {
    const { folded, snake } = formsOf(key)
    if (!keys.has(folded)) keys.set(folded, key)
    if (!keys.has(snake)) keys.set(snake, key)
  }
  knownKeys.set(node, keys)
  return keys
}

/** Keys come again in every event; those that a hostile one invents are not kept without end. */
const MOST_FORMS = 20_000
const knownForms = new Map<string, { folded: string; snake: string }>()

function formsOf(key: string): { folded: string; snake: string } {
  const known = knownForms.get(key)
  if (known) return known
  const folded = foldName(key)
  const forms = { folded, snake: `_${snakeName(folded)}` }
  if (knownForms.size >= MOST_FORMS) knownForms.clear()
  knownForms.set(key, forms)
  return forms
}

/** A value as text; an object by the name and value of each leaf and as a whole, as the record's own text had it. */
export function textsOf(value: Json): string[] {
  if (value === null) return []
  if (Array.isArray(value)) return value.flatMap(textsOf)
  if (value instanceof Double) return [String(Double.number(value))]
  if (typeof value !== 'object') return [String(value)]
  const leaves = leavesOf(value)
  if (leaves.length === 0) return []
  return [
    ...leaves.flatMap((leaf) => [leaf.path, String(leaf.value), `${leaf.path}: ${leaf.value}`]),
    shownJson(value),
  ]
}

function shownJson(value: Json): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item))
}

function valueOf(texts: string[], present: boolean): FieldValue {
  let folded: string[] | undefined
  return {
    present,
    texts,
    get folded() {
      return (folded ??= texts.map((text) => text.toLowerCase()))
    },
  }
}

/** What was added when the event was stored is no part of what the log said. */
const OWN = new Set(['data_stream', 'vedette'])

function keywordTexts(doc: Doc): string[] {
  const own = Object.keys(doc).filter((key) => !OWN.has(key))
  return own.flatMap((key) =>
    leavesOf(doc[key]!, key)
      .filter(({ path }) => path !== 'event.dataset' && path !== 'event.module')
      .map(({ value }) => String(value)),
  )
}
