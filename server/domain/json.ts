/** Plain JSON, and reading it by dotted path. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
/** A normalised document: nested ECS objects. A dotted path reads through objects and arrays. */
export type Fields = { [key: string]: Json }

export function isObject(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * All values at a dotted path, arrays flattened, nulls left out. A key may itself hold dots
 * (`{"process.pid": 1}`): every way to split the path is tried.
 */
export function valuesAt(doc: Json | undefined, path: string): Json[] {
  const found: Json[] = []
  collect(doc, path, found)
  return found
}

/** The first value at a path, or undefined. */
export function valueAt(doc: Json | undefined, path: string): Json | undefined {
  return valuesAt(doc, path)[0]
}

/** The first value at a path if it is a non-empty string, else undefined. */
export function textAt(doc: Json | undefined, path: string): string | undefined {
  return valuesAt(doc, path).find((value): value is string => typeof value === 'string' && value !== '')
}

function collect(node: Json | undefined, path: string, found: Json[]): void {
  if (node === null || node === undefined) return
  if (Array.isArray(node)) {
    for (const item of node) collect(item, path, found)
    return
  }
  if (path === '') {
    found.push(node)
    return
  }
  if (typeof node !== 'object') return
  for (const [head, rest] of splitsOf(path)) {
    if (Object.hasOwn(node, head)) collect(node[head], rest, found)
  }
}

/** Every way to cut a path in two, the whole first: `a.b` is `a.b` and nothing, or `a` and `b`. */
type Splits = readonly (readonly [head: string, rest: string])[]

// Rules ask for the same paths of every event. People's searches could name any, so it is not kept without end.
const MOST_PATHS = 10_000
const knownSplits = new Map<string, Splits>()

function splitsOf(path: string): Splits {
  const known = knownSplits.get(path)
  if (known) return known
  const splits: [string, string][] = [[path, '']]
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    splits.push([path.slice(0, dot), path.slice(dot + 1)])
  }
  if (knownSplits.size >= MOST_PATHS) knownSplits.clear()
  knownSplits.set(path, splits)
  return splits
}
