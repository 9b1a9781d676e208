/**
 * The one expression tree. EQL, KQL and Sigma end here; nothing behind the parsers knows which language
 * a rule was written in.
 */

/** Where something stands in the text: 1-based line and column, length in characters. */
export type Span = { line: number; column: number; length: number; offset: number }

/** What is wrong with a text. Errors as data: all of them, not the first. */
export type Diagnostic = {
  severity: 'error' | 'warning'
  line: number
  column: number
  length: number
  message: string
  hint: string | null
}

export type CompareOp = '==' | '!=' | '<' | '<=' | '>' | '>='
export type ArithmeticOp = '+' | '-' | '*' | '/' | '%'

/**
 * Numbers keep the distinction of integer and double; integers are bigint when they do not fit a double exactly.
 * Negated operators (`!=`, `not in`) are built as `not` around the positive one.
 */
export type Expr =
  | {
      kind: 'constant'
      type: 'null' | 'boolean' | 'integer' | 'double' | 'string'
      value: null | boolean | number | bigint | string
      at: Span
    }
  | { kind: 'field'; path: string; optional: boolean; at: Span }
  | { kind: 'call'; name: string; insensitive: boolean; args: Expr[]; at: Span }
  | { kind: 'negate'; value: Expr; at: Span }
  | { kind: 'arithmetic'; op: ArithmeticOp; left: Expr; right: Expr; at: Span }
  | { kind: 'compare'; op: CompareOp; left: Expr; right: Expr; at: Span }
  | { kind: 'in'; value: Expr; list: Expr[]; insensitive: boolean; at: Span }
  /** `like`, `like~`, `:` (same as `like~`), `regex`, `regex~`. */
  | { kind: 'pattern'; op: 'like' | 'regex'; insensitive: boolean; value: Expr; patterns: Expr[]; at: Span }
  /** KQL: `field: value` on any type, existence, and free text over all fields. */
  | KqlExpr
  /** Sigma: one field, or any value of the event, against values of which one has to fit. */
  | SigmaExpr
  | { kind: 'and' | 'or'; items: Expr[]; at: Span }
  | { kind: 'not'; item: Expr; at: Span }

export type KqlExpr =
  | {
      kind: 'kql-match'
      /** null: any field. May hold `*`. */ field: string | null
      value: KqlValue
      at: Span
    }
  | { kind: 'kql-range'; field: string; op: '<' | '<=' | '>' | '>='; value: string; at: Span }
  | { kind: 'kql-exists'; field: string; at: Span }
  | { kind: 'kql-nested'; field: string; item: Expr; at: Span }

export type KqlValue = {
  text: string
  /** Quoted: wildcards are plain characters. */
  phrase: boolean
  /** Where in `text` of an unquoted value a `*` was escaped and is a plain character. */
  literal?: number[]
}

/** `field` as the rule writes it, null for keywords; `names` is the table of the log source that says where it stands. */
export type SigmaExpr = {
  kind: 'sigma-match'
  field: string | null
  names: string
  test: SigmaTest
  at: Span
}

export type SigmaTest =
  /** Patterns in pieces: 0 is `*`, 1 is `?`. One of them must fit. */
  | { op: 'text'; patterns: (string | 0 | 1)[][]; cased: boolean }
  /** Missing, or null. */
  | { op: 'null' }
  | { op: 'exists'; wanted: boolean }
  | { op: 'regex'; pattern: string; flags: string }
  | { op: 'cidr'; blocks: string[] }
  | { op: 'number'; is: '<' | '<=' | '>' | '>=' | '!='; than: number }
  /** A part of a time, in UTC. */
  | { op: 'time'; unit: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year'; is: number }
  | {
      op: 'field'
      other: string
      how: 'equals' | 'startswith' | 'endswith' | 'contains'
      cased: boolean
      differs: boolean
    }
  /** Present, and none of these texts. */
  | { op: 'differs'; patterns: (string | 0 | 1)[][]; cased: boolean }

export type FieldRef = { path: string; optional: boolean; at: Span }
export type Pipe = { kind: 'head' | 'tail'; count: number; at: Span }

export type EventFilter = { /** null: `any where`. */ category: string | null; where: Expr }
export type Step = EventFilter & { by: FieldRef[]; /** `![ ]` */ missing: boolean; runs: number; at: Span }

export type EventQuery = EventFilter & { kind: 'event'; pipes: Pipe[] }
export type SequenceQuery = {
  kind: 'sequence'
  /** Milliseconds; null: no limit. */
  maxspan: number | null
  /** Global `by` keys come first in each step's `by` already. */
  steps: Step[]
  until: Step | null
  pipes: Pipe[]
}
/** What a sequence asks beside what its events have to satisfy. */
export type SequenceShape = {
  maxspan: number | null
  steps: readonly Pick<Step, 'missing' | 'runs'>[]
}
export type SampleQuery = { kind: 'sample'; steps: Step[]; pipes: Pipe[] }
export type Query = EventQuery | SequenceQuery | SampleQuery

/** What a parser answers: a query unless there are errors; warnings may come with either. */
export type Parsed = { query: Query | null; diagnostics: Diagnostic[] }
