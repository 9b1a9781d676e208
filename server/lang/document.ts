/** Reading documents: values at a dotted path, and the leaves below an object. */

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

  function gather(node: Json | undefined, i: number, found: Json[]): void {
    if (node === null || node === undefined) return
    if (Array.isArray(node)) {
      for (const item of node) gather(item, i, found)
      return
    }
    if (i > last) {
      found.push(node)
      return
    }
    if (typeof node !== 'object') return
    for (let j = i; j <= last; j++) gather(own(node, joins[i]![j]!), j + 1, found)
  }

  function readSlowly(doc: Doc): Json | undefined {
    const found: Json[] = []
    gather(doc, 0, found)
    return found.length > 1 ? found : found[0]
  }

  return (doc) => {
    let node: Json | undefined = doc
    for (const name of names) {
      if (typeof node !== 'object' || node === null || Array.isArray(node)) return readSlowly(doc)
      node = own(node, name)
      if (node === undefined) return last === 0 ? undefined : readSlowly(doc)
    }
    if (node === null || Array.isArray(node)) return readSlowly(doc)
    return node
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
  collectLeaves(node, prefix, found, 0)
  return found
}

export function isDoc(value: Json | undefined): value is Doc {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// No log nests this deep; a document that does must not overflow the stack.
const DEEPEST = 100

function collectLeaves(node: Json, path: string, found: Leaf[], depth: number): void {
  if (node === null || depth > DEEPEST) return
  if (typeof node !== 'object') {
    found.push({ path, value: node })
    return
  }
  if (Array.isArray(node)) {
    for (const item of node) collectLeaves(item, path, found, depth + 1)
    return
  }
  for (const key of Object.keys(node)) {
    collectLeaves(node[key]!, path === '' ? key : `${path}.${key}`, found, depth + 1)
  }
}

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
