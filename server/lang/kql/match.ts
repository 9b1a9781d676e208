import { type Doc, isDoc, type Json, leavesOf, valuesOf, compilePath, DEEPEST } from '../document.ts'
import { compileParts } from '../glob.ts'
import { someText, spreadTexts } from '../leaf.ts'
import type { Met, Node } from '../node.ts'
import type { Expr, KqlExpr } from '../tree.ts'
import type { FieldTypes } from '../values.ts'
import { compileRange, compileText, compileWords, isWordField, type JsonTest } from './value.ts'

type CompileCondition = (expr: Expr, types: FieldTypes) => Node
/** A value found in a document and the path it stands at. */
type Found = { field: string; value: Json }
type Find = (doc: Doc) => Found[]

/** A KQL leaf. */
export function compileKql(expr: KqlExpr, types: FieldTypes, compileCondition: CompileCondition): Node {
  switch (expr.kind) {
    case 'kql-exists':
      return expr.field === '*' ? anything() : existsNode(expr.field)
    case 'kql-range':
      return fieldNode(expr.field, (path) => compileRange(expr.op, expr.value, types.get(path)))
    case 'kql-nested':
      return nestedNode(expr.field, compileCondition(expr.item, below(types, expr.field)))
    case 'kql-match':
      if (expr.field === null) return freeTextNode(compileWords(expr.value))
      return fieldNode(expr.field, (path) =>
        isWordField(path) ? compileWords(expr.value) : compileText(expr.value, types.get(path)),
      )
  }
}

function anything(): Node {
  return { test: () => true, explain: () => undefined, cost: 0 }
}

function existsNode(field: string): Node {
  const find = finder(field)
  if (field.includes('*')) return findingNode(find, () => true, 10)
  const read = compilePath(field)
  const test = (doc: Doc) => read(doc) !== undefined
  return { ...findingNode(find, () => true, 1), test }
}

/** One field, or all whose path fits a pattern; `compile` makes the test for the path. */
function fieldNode(field: string, compile: (path: string) => JsonTest): Node {
  if (field.includes('*')) {
    const tests = new Map<string, JsonTest>()
    const test = ({ field: path, value }: Found) => {
      let known = tests.get(path)
      if (!known) {
        known = compile(path)
        // Paths come from documents: what a hostile one invents is not kept.
        if (tests.size < 1000) tests.set(path, known)
      }
      return known(value)
    }
    return findingNode(finder(field), test, 10)
  }
  const read = compilePath(field)
  const holds = compile(field)
  const meets = (value: Json): boolean => (isDoc(value) ? someText(value, holds) : holds(value))
  return {
    test: (doc) => {
      const value = read(doc)
      if (value === undefined) return false
      return Array.isArray(value) ? value.some(meets) : meets(value)
    },
    explain: (doc, wanted, met) => {
      for (const value of valuesOf(read, doc)) {
        const texts = isDoc(value) ? spreadTexts(value, field) : [{ value, field, raw: value }]
        for (const text of texts)
          if (holds(text.value as Json) === wanted) met.push({ field: text.field, value: text.raw })
      }
    },
    cost: 2,
  }
}

function findingNode(find: Find, test: (found: Found) => boolean, cost: number): Node {
  return {
    test: (doc) => find(doc).some(test),
    explain: (doc, wanted, met) => {
      for (const found of find(doc)) {
        if (test(found) === wanted) met.push({ field: found.field, value: found.value })
      }
    },
    cost,
  }
}

/** The values of one field, those of an object leaf by leaf; or of every leaf whose path fits. */
function finder(field: string): Find {
  if (!field.includes('*')) {
    const read = compilePath(field)
    return (doc) =>
      valuesOf(read, doc).flatMap((value) =>
        isDoc(value)
          ? leavesOf(value, field).map((leaf) => ({ field: leaf.path, value: leaf.value }))
          : [{ field, value }],
      )
  }
  const fits = compileParts(field.split('*'), false)
  return (doc) =>
    indexedLeaves(doc).flatMap(({ path, indexed, value }) => {
      if (fits(path)) return [{ field: path, value }]
      return fits(indexed) ? [{ field: path, value }] : []
    })
}

type IndexedLeaf = { path: string; indexed: string; value: Json }

/** Leaves with their path as it is read, and with the positions in arrays, which `*` may stand for. */
function indexedLeaves(node: Json, path = '', indexed = '', depth = 0): IndexedLeaf[] {
  if (node === null || depth > DEEPEST) return []
  if (typeof node !== 'object') return [{ path, indexed, value: node }]
  const join = (before: string, name: string) => (before === '' ? name : `${before}.${name}`)
  if (Array.isArray(node))
    return node.flatMap((item, i) => indexedLeaves(item, path, join(indexed, String(i)), depth + 1))
  return Object.keys(node).flatMap((key) =>
    indexedLeaves(node[key]!, join(path, key), join(indexed, key), depth + 1),
  )
}

function freeTextNode(test: JsonTest): Node {
  return findingNode(
    (doc) => leavesOf(doc).map((leaf) => ({ field: leaf.path, value: leaf.value })),
    (found) => test(found.value),
    20,
  )
}

/** Some one object at the field meets the whole condition. */
function nestedNode(field: string, item: Node): Node {
  const read = compilePath(field)
  return {
    test: (doc) => valuesOf(read, doc).some((value) => isDoc(value) && item.test(value)),
    explain: (doc, wanted, met) => {
      const inner: Met[] = []
      for (const value of valuesOf(read, doc)) {
        if (isDoc(value) && item.test(value) === wanted) item.explain(value, wanted, inner)
      }
      for (const found of inner) met.push({ field: `${field}.${found.field}`, value: found.value })
    },
    cost: item.cost + 2,
  }
}

/** The types as seen from inside a nested field. */
function below(types: FieldTypes, field: string): FieldTypes {
  const prefix = `${field}.`
  return new Map(
    [...types].flatMap(([path, type]) =>
      path.startsWith(prefix) ? [[path.slice(prefix.length), type]] : [],
    ),
  )
}
