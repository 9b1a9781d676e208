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
  if (Object.hasOwn(node, path)) collect(node[path], '', found)
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot)
    if (Object.hasOwn(node, head)) collect(node[head], path.slice(dot + 1), found)
  }
}
