import type { Doc, Json } from './document.ts'

/** A field and the value in it that met a condition. */
export type Met = { field: string; value: Json }

/** A condition ready to run. */
export type Node = {
  test: (doc: Doc) => boolean
  /**
   * Adds the fields that made it answer `wanted`. A condition that is false only because a field is missing adds
   * nothing.
   */
  explain: (doc: Doc, wanted: boolean, met: Met[]) => void
  /** Roughly what a test costs, in reads of a field: the cheap ones of an `and` run first. */
  cost: number
}

export function constantNode(value: boolean): Node {
  return { test: () => value, explain: () => undefined, cost: 0 }
}

export function notNode(item: Node): Node {
  const { test, explain, cost } = item
  return {
    test: (doc) => !test(doc),
    explain: (doc, wanted, met) => explain(doc, !wanted, met),
    cost,
  }
}

export function joinNode(kind: 'and' | 'or', items: Node[]): Node {
  // Both sides of a join may run in any order: nothing has an effect.
  const tests = items.toSorted((a, b) => a.cost - b.cost).map((item) => item.test)
  return {
    test: kind === 'and' ? allOf(tests) : anyOf(tests),
    explain: (doc, wanted, met) => {
      for (const item of items) if (item.test(doc) === wanted) item.explain(doc, wanted, met)
    },
    cost: items.reduce((sum, item) => sum + item.cost, 0),
  }
}

type Test = (doc: Doc) => boolean

function allOf(tests: Test[]): Test {
  const [a, b, c] = tests
  if (tests.length === 1 && a) return a
  if (tests.length === 2 && a && b) return (doc) => a(doc) && b(doc)
  if (tests.length === 3 && a && b && c) return (doc) => a(doc) && b(doc) && c(doc)
  return (doc) => {
    for (const test of tests) if (!test(doc)) return false
    return true
  }
}

function anyOf(tests: Test[]): Test {
  const [a, b] = tests
  if (tests.length === 1 && a) return a
  if (tests.length === 2 && a && b) return (doc) => a(doc) || b(doc)
  return (doc) => {
    for (const test of tests) if (test(doc)) return true
    return false
  }
}
