/** A rule that is begun: empty, from a query, or as a copy of another. */
import { useEffect } from 'preact/hooks'
import { getRuleText } from '../../api/rules.ts'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-read.ts'
import { place } from '../../router.ts'
import { topScalar, withoutTopScalar, withTopScalar } from '../../text/yaml-scalar.ts'
import { pageTitle } from '../../title.ts'
import { Workbench } from './workbench.tsx'

/** `?copy=RULE`, or `?language=eql|kql&query=TEXT`. */
export function NewRuleScreen() {
  const { query } = place.value
  const copied = query.get('copy')
  const template = useRead(`copy ${copied ?? ''}`, async (signal) =>
    copied === null
      ? templateOf(query.get('language') ?? 'eql', query.get('query'))
      : copyOf(await getRuleText(copied, signal)),
  )
  useEffect(() => {
    pageTitle.value = 'New rule'
  }, [])
  if (template.data === null) {
    return (
      <>
        <h1 class="vh">New rule</h1>
        {template.why ? (
          <Failed what="The rule to copy could not be read" why={template.why} retry={template.again} />
        ) : (
          <Skeleton rows={10} label="Loading the rule" />
        )}
      </>
    )
  }
  return <Workbench saved={null} template={template.data} receive={() => undefined} tab="" />
}

/** Under another name, and so under another id. */
function copyOf(text: string): string {
  const name = topScalar(text, 'name') ?? 'Rule'
  return withTopScalar(withoutTopScalar(text, 'id'), 'name', `${name} (own)`)
}

const FIRST = `any where event.dataset == "o365.audit"
  and event.action == "New-InboxRule"`

function templateOf(language: string, query: string | null): string {
  const lines = (query?.trim() ? query : FIRST).trim().split('\n')
  return `name: My rule
severity: medium
language: ${language === 'kql' ? 'kql' : 'eql'}
query: |
${lines.map((line) => `  ${line}`).join('\n')}
summary: "{user}: {event.action}"
false_positives: []
`
}
