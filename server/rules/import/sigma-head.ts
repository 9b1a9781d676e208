/** What a Sigma rule says about itself, in the words of our rule files. */
import type { SigmaDocument } from '../../lang/sigma/rule.ts'
import type { ImportNote } from './outcome.ts'
import { slug } from '../rule-build.ts'

type RuleFile = { value: Record<string, unknown>; warnings: ImportNote[]; refusal: ImportNote | null }

const SEVERITIES: Record<string, string> = {
  informational: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  critical: 'critical',
}
/** How sure a rule is follows from how long it has been tried. */
const CONFIDENCES: Record<string, string> = { stable: 'high', test: 'medium', experimental: 'low' }
const LONGEST_NAME = 300

/** The rule file of a rule whose text, with all it refers to, is `query`. */
export function ruleFileOf({ yaml, id, title, at }: SigmaDocument, query: string): RuleFile {
  const { root } = yaml
  const text = (key: string) => yaml.text(root, key)
  const list = (key: string): string[] => {
    const plain = yaml.plain(yaml.value(root, key))
    return (Array.isArray(plain) ? plain : plain === undefined ? [] : [plain]).map((item) =>
      typeof item === 'string' ? item : JSON.stringify(item),
    )
  }
  const note = (message: string, hint: string | null): ImportNote => ({
    message,
    hint,
    line: at.line,
    column: at.column,
  })
  const warnings: ImportNote[] = []
  const level = text('level')?.toLowerCase() ?? ''
  if (!(level in SEVERITIES))
    warnings.push(
      note(`The rule has no level${level && ` that is known ("${level}")`}: medium is taken`, null),
    )
  const status = text('status')?.toLowerCase() ?? ''
  if (status === 'deprecated')
    warnings.push(
      note(
        'Its authors have given this rule up (status: deprecated)',
        'Look for the one that took its place.',
      ),
    )
  const refusal =
    status === 'unsupported'
      ? note('Its authors say that it cannot be used in its present state (status: unsupported)', null)
      : null
  const tags = list('tags')
  const authors = (text('author') ?? '').split(/,\s*/).filter((name) => name !== '')
  const value = {
    id: id !== null && /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(id) ? id : slug(title),
    name: title.slice(0, LONGEST_NAME),
    language: 'sigma',
    query,
    severity: SEVERITIES[level] ?? 'medium',
    confidence: CONFIDENCES[status] ?? 'medium',
    attack: [...new Set(tags.flatMap((tag) => techniqueOf(tag) ?? []))],
    // Whoever sees an alert sees whose rule it is, as the licence of the public rules asks.
    tags: [
      'sigma',
      ...tags.filter((tag) => techniqueOf(tag) === null),
      ...authors.map((name) => `author: ${name}`),
    ],
    false_positives: list('falsepositives').filter((one) => !/^(unknown|none)$/i.test(one)),
    investigate: guide(text('description'), list('references')),
    related: relatedOf(yaml.plain(yaml.value(root, 'related'))),
    author: authors,
    license: text('license'),
  }
  return { value, warnings, refusal }
}

/** `attack.t1053.005` -> `T1053.005`; null for tactics, groups and other tags. */
function techniqueOf(tag: string): string | null {
  return /^attack\.(ta?\d{4}(\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase() ?? null
}

function guide(description: string | null, references: readonly string[]): string {
  const links =
    references.length > 0 ? `References:\n${references.map((link) => `- ${link}`).join('\n')}\n` : ''
  return [description?.trim() ?? '', links].filter((part) => part !== '').join('\n\n')
}

function relatedOf(plain: unknown): string[] {
  if (!Array.isArray(plain)) return []
  return plain.flatMap((one: unknown) => {
    const id = typeof one === 'object' && one !== null && 'id' in one ? one.id : null
    return typeof id === 'string' ? [id] : []
  })
}
