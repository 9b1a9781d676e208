/** EQL, KQL and rule files in YAML as tokens to colour them by. A painter, not a reader: it never refuses. */
import { type CodeToken, cut } from './cut-tokens.ts'
import { yamlTokens } from './yaml-tokens.ts'

export type CodeLanguage = 'eql' | 'kql' | 'yaml'

const EQL =
  /(?<c>\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))|(?<s>"""[^]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|(?<n>(?<![\w.])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?:ms|[smhd])?(?![\w.]))|(?<q>`[^`\n]*`?)|(?<w>[A-Za-z_@][\w@]*(?:\.[A-Za-z_@][\w@]*)*)/g
const EQL_WORDS = new Set(
  (
    'and any by false in join like maxspan not null of or regex sample sequence true until where with ' +
    'head tail runs'
  ).split(' '),
)

const KQL =
  /(?<s>"(?:\\.|[^"\\])*"?)|(?<k>\b(?:and|or|not)\b(?!\s*[:<>])|[:]|[<>]=?)|(?<n>(?<![\w.:-])\d+(?:\.\d+)?(?![\w.:-]))|(?<w>[^\s"():<>{}]+)/gi

/** Together the tokens are the text. */
export function codeTokens(language: CodeLanguage, text: string): CodeToken[] {
  if (language === 'yaml') return yamlTokens(text, codeTokens)
  return language === 'eql' ? eqlTokens(text) : kqlTokens(text)
}

function eqlTokens(text: string): CodeToken[] {
  return cut(text, EQL, (match) => {
    const { c, s, n, w } = match.groups!
    if (c !== undefined) return 'c'
    if (s !== undefined) return 's'
    if (n !== undefined) return 'n'
    if (w !== undefined && EQL_WORDS.has(w.toLowerCase())) return 'k'
    return 'f'
  })
}

function kqlTokens(text: string): CodeToken[] {
  return cut(text, KQL, (match) => {
    const { s, k, n } = match.groups!
    if (s !== undefined) return 's'
    if (k !== undefined) return 'k'
    if (n !== undefined) return 'n'
    const after = text.slice(match.index + match[0].length, match.index + match[0].length + 40)
    return /^\s*[:<>]/.test(after) ? 'f' : 's'
  })
}
