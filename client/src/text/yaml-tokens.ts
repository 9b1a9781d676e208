/** A rule file: YAML, with the query in it painted in its own language. */
import type { CodeLanguage } from './code-tokens.ts'
import { type CodeToken, cut } from './cut-tokens.ts'

type Paint = (language: CodeLanguage, text: string) => CodeToken[]

const KEY = /^(\s*(?:- +)*)([^\s#'"[\]{}&*!|>,:-][^:#\n]*|"[^"\n]*"|'[^'\n]*')(:)(?=\s|$)/
const VALUE =
  /(?<c>(?<=\s|^)#.*)|(?<s>"(?:\\.|[^"\\])*"?|'(?:''|[^'])*'?)|(?<k>(?<=[\s:[,]|^)(?:true|false|null|~)(?=[\s,\]]|$))|(?<n>(?<=[\s[,]|^)-?\d+(?:\.\d+)?(?:ms|[smhd])?(?=[\s,\]]|$))/g
const BLOCK = /^\s*[|>][-+\d]*\s*(?:#.*)?$/

/** Together the tokens are the text. `paint` does the query in it. */
export function yamlTokens(text: string, paint: Paint): CodeToken[] {
  const language = queryLanguage(text)
  const lines = text.split(/(?<=\n)/)
  const tokens: CodeToken[] = []
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    const found = KEY.exec(line)
    if (!found) {
      tokens.push(...valueTokens(line))
      continue
    }
    const [head, indent, key, colon] = found as unknown as [string, string, string, string]
    if (indent) tokens.push({ kind: 'p', text: indent })
    tokens.push({ kind: 'k', text: key }, { kind: 'p', text: colon })
    const rest = line.slice(head.length)
    if (!BLOCK.test(rest)) {
      tokens.push(...valueTokens(rest))
      continue
    }
    tokens.push({ kind: 'p', text: rest })
    const end = blockEnd(lines, i + 1, indent.length)
    const block = lines.slice(i + 1, end).join('')
    if (key === 'query' && language) tokens.push(...paint(language, block))
    else if (block) tokens.push({ kind: 's', text: block })
    i = end - 1
  }
  return tokens
}

function valueTokens(text: string): CodeToken[] {
  return cut(text, VALUE, (match) => {
    const { c, s, k } = match.groups!
    return c !== undefined ? 'c' : s !== undefined ? 's' : k !== undefined ? 'k' : 'n'
  })
}

/** The first line from `from` that is no deeper than `indent`. */
function blockEnd(lines: readonly string[], from: number, indent: number): number {
  let at = from
  while (at < lines.length && (lines[at]!.trim() === '' || /^ */.exec(lines[at]!)![0].length > indent)) at++
  return at
}

function queryLanguage(text: string): CodeLanguage | null {
  const named = /^language:\s*["']?(\w+)/m.exec(text)?.[1] ?? 'eql'
  return named === 'eql' || named === 'kql' ? named : named === 'sigma' ? 'yaml' : null
}
