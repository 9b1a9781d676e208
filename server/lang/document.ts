/**
 * Reading documents: values at a dotted path, and the leaves below an object. Whoever reads documents digit for digit
 * may put a bigint where a number would not be exact, and a `Double` for a whole number written as a decimal.
 */
import { Double } from './double.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Doc = { [key: string]: Json }
export type Leaf = { path: string; value: boolean | number | string }

/** Answers undefined when nothing is there, the value when there is one, and an array when there are several. */
export type Reader = (doc: Doc) => Json | undefined

/**
 * A reader of one dotted path: through objects and arrays, nulls left out, keys that themselves hold dots
 * included, own properties only. The path is cut up once, here.
 */
export function compilePath(path: string): Reader {
  const names = path.split('.')
  const last = names.length - 1
  // joins[i][j]: the key that spans the names i to j, for documents with dotted keys
  const joins = names.map((_, i) => names.map((_, j) => names.slice(i, j + 1).join('.')))
  const own = names.some(isInherited) ? ownValue : plainValue

  function gather(node: Json | undefined, i: number, found: Json[], depth: number): void {
    if (node === null || node === undefined || depth > DEEPEST) return
    if (Array.isArray(node)) {
      for (const item of node) gather(item, i, found, depth + 1)
      return
    }
    if (i > last) {
      found.push(node)
      return
    }
    if (typeof node !== 'object') return
    for (let j = i; j <= last; j++) gather(own(node, joins[i]![j]!), j + 1, found, depth + 1)
  }

  function readSlowly(doc: Doc): Json | undefined {
    const found: Json[] = []
    gather(doc, 0, found, 0)
    return found.length > 1 ? found : found[0]
  }

  /** Whether a key that holds dots turns off the plain way through the objects, which ends at `depth`. */
  function hasDottedKey(doc: Doc, depth: number): boolean {
    let node = doc
    for (let i = 0; ; i++) {
      const keys = joins[i]!
      for (let j = i + 1; j <= last; j++) if (own(node, keys[j]!) !== undefined) return true
      if (i === depth) return false
      node = own(node, names[i]!) as Doc
    }
  }

  return (doc) => {
    let node = doc
    for (let i = 0; ; i++) {
      const value = own(node, names[i]!)
      if (value === undefined || value === null) return hasDottedKey(doc, i) ? readSlowly(doc) : undefined
      if (i === last) return Array.isArray(value) ? flat(value) : value
      if (typeof value !== 'object' || Array.isArray(value)) return readSlowly(doc)
      node = value
    }
  }
}

/** The values of a list as a reader answers them; most lists are flat and need no copy. */
function flat(list: Json[]): Json | undefined {
  if (list.length === 1 && list[0] !== null && !Array.isArray(list[0])) return list[0]
  if (list.length > 1 && list.every((item) => item !== null && !Array.isArray(item))) return list
  const found: Json[] = []
  flatten(list, found, 0)
  return found.length > 1 ? found : found[0]
}

function flatten(list: Json[], found: Json[], depth: number): void {
  if (depth > DEEPEST) return
  for (const item of list) {
    if (Array.isArray(item)) flatten(item, found, depth + 1)
    else if (item !== null) found.push(item)
  }
}

/** All values at a path as a list. */
export function valuesOf(read: Reader, doc: Doc): Json[] {
  const value = read(doc)
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

/** Every scalar below a node, with its dotted path; array positions do not count as names. */
export function leavesOf(node: Json, prefix = ''): Leaf[] {
  const found: Leaf[] = []
  someLeaf(
    node,
    (path, value) => {
      found.push({ path, value })
      return false
    },
    prefix,
  )
  return found
}

/** Whether a leaf passes; its path is relative to the node. Stops at the first one that does. */
export function someLeaf(
  node: Json,
  test: (path: string, value: Leaf['value']) => boolean,
  path = '',
  depth = 0,
): boolean {
  if (node === null || depth > DEEPEST) return false
  if (typeof node !== 'object') return test(path, node)
  if (node instanceof Double) return test(path, Double.number(node))
  if (Array.isArray(node)) {
    for (const item of node) if (someLeaf(item, test, path, depth + 1)) return true
    return false
  }
  for (const key of Object.keys(node)) {
    if (someLeaf(node[key]!, test, path === '' ? key : `${path}.${key}`, depth + 1)) return true
  }
  return false
}

export function isDoc(value: Json | undefined): value is Doc {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Double)
}

// No log nests this deep; a document that does must not overflow the stack.
export const DEEPEST = 100

function isInherited(name: string): boolean {
  return name in Object.prototype
}

// A plain read is twice as fast as a checked one and as safe where Object.prototype has no such name.
function plainValue(node: Doc, name: string): Json | undefined {
  return node[name]
}

function ownValue(node: Doc, name: string): Json | undefined {
  return Object.hasOwn(node, name) ? node[name] : undefined
}
