import { parseEql } from '../lang/eql/parse.ts'
import { parseKql } from '../lang/kql/parse.ts'
import type { RuleLanguage } from '../domain/rule.ts'
import { parseSigma } from '../lang/sigma/parse.ts'
import type { Parsed } from '../lang/tree.ts'

/** A rule's query, in the language it was written in, as a tree. The tree may be shared: it is never changed. */
export function parseQuery(language: RuleLanguage, text: string): Parsed {
  const name = `${language} ${text}`
  const parsed = recent.get(name) ?? parse(language, text)
  recent.delete(name)
  recent.set(name, parsed)
  if (recent.size > KEPT) recent.delete(recent.keys().next().value!)
  return { ...parsed, diagnostics: [...parsed.diagnostics] }
}

function parse(language: RuleLanguage, text: string): Parsed {
  if (language === 'sigma') return parseSigma(text)
  return language === 'eql' ? parseEql(text) : parseKql(text)
}

// Reading, compiling and reviewing a rule each ask for the same few queries, one after the other.
const KEPT = 8
const recent = new Map<string, Parsed>()
