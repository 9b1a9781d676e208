/** One rule: its text and trials, what its file holds, and why it did or did not fire. */
import { useEffect } from 'preact/hooks'
import { getExceptions, getRule, getRules, getRuleText } from '../../api/rules.ts'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-read.ts'
import { place } from '../../router.ts'
import { mayWrite } from '../../session.ts'
import { pageTitle } from '../../title.ts'
import { ExceptionsPanel } from '../rules/exceptions.tsx'
import { BuiltIn } from './built-in.tsx'
import { Explain } from './explain.tsx'
import { Guide } from './guide.tsx'
import { type SavedRule, type Tab, TABS } from './saved.ts'
import { Workbench } from './workbench.tsx'

export function RuleScreen(props: { id: string }) {
  const { id } = props
  const saved = useRead(`rule ${id}`, async (signal): Promise<SavedRule> => {
    const [rule, text] = await Promise.all([getRule(id, signal), getRuleText(id, signal)])
    return { rule, text }
  })
  useEffect(() => {
    pageTitle.value = saved.data?.rule.name ?? 'Rule'
  }, [saved.data?.rule.name])
  if (!saved.data) {
    return (
      <>
        <h1 class="vh">Rule</h1>
        {saved.why ? (
          <Failed what="The rule could not be read" why={saved.why} retry={saved.again} />
        ) : (
          <Skeleton rows={10} label="Loading the rule" />
        )}
      </>
    )
  }
  const { rule } = saved.data
  const tab = TABS.find((one) => one.name === place.value.query.get('tab'))?.name ?? ''
  const under = (
    <>
      <Tabs id={id} tab={tab} />
      {tab === 'guide' ? <Guide rule={rule} /> : null}
      {tab === 'explain' ? <Explain id={id} entity={place.value.query.get('entity') ?? ''} /> : null}
      {tab === 'exceptions' ? <ItsExceptions id={id} /> : null}
    </>
  )
  const changed = { receive: saved.set, reload: saved.again }
  return rule.builtIn || !mayWrite() ? (
    <BuiltIn saved={saved.data} {...changed} tab={tab} under={under} key={rule.version} />
  ) : (
    <Workbench saved={saved.data} {...changed} tab={tab} under={under} />
  )
}

function Tabs(props: { id: string; tab: Tab }) {
  const base = `/rules/${encodeURIComponent(props.id)}`
  return (
    <nav class="tabs" aria-label="Parts of the rule">
      {TABS.map(({ name, label }) => (
        <a
          class="tabs__tab"
          key={name}
          href={name ? `${base}?tab=${name}` : base}
          aria-current={props.tab === name ? 'true' : undefined}
        >
          {label}
        </a>
      ))}
    </nav>
  )
}

function ItsExceptions(props: { id: string }) {
  const exceptions = useRead('exceptions', getExceptions)
  const rules = useRead('rules', getRules)
  return <ExceptionsPanel exceptions={exceptions} rules={rules.data ?? []} ruleId={props.id} />
}
