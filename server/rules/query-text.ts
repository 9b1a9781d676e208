import { parseEql } from '../lang/eql/parse.ts'
import { parseKql } from '../lang/kql/parse.ts'
import type { RuleLanguage } from '../domain/rule.ts'
import { parseSigma } from '../lang/sigma/parse.ts'
import type { Parsed } from '../lang/tree.ts'

/** A rule's query, in the language it was written in, as a tree. */
export function parseQuery(language: RuleLanguage, text: string): Parsed {
  if (language === 'sigma') return parseSigma(text)
  return language === 'eql' ? parseEql(text) : parseKql(text)
}
