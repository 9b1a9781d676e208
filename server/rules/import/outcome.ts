import type { Diagnostic } from '../../lang/tree.ts'
import type { RuleInput } from '../rule-file.ts'

/** A rule that an importer has read: a rule file in the words of Vedette, ready for `checkRule`. */
export type ImportedRule = {
  /** The file that it comes from, or the rule's own name where a text was sent without one. */
  name: string
  input: RuleInput
  /** What the rule says that has no effect here. */
  warnings: ImportNote[]
}

/** A rule, or a file, that cannot be run, with everything that stands against it. */
export type RefusedRule = { name: string; errors: ImportNote[] }

/** Where something is wrong in the imported text, 1-based; null where it concerns the rule as a whole. */
export type ImportNote = Pick<Diagnostic, 'message' | 'hint'> & {
  line: number | null
  column: number | null
}

/** What an importer makes of one file: one entry a rule, in the order of the file. */
export type ImportOutcome = { rules: ImportedRule[]; refused: RefusedRule[] }
