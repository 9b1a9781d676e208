import { Icon } from '../../parts/icon.tsx'
import { Hostile } from '../../parts/text.tsx'

export function RuleCrumbs(props: { name: string }) {
  return (
    <nav class="crumbs" aria-label="Breadcrumb">
      <a href="/rules">Rules</a>
      <Icon name="right" small />
      <span aria-current="page">
        <Hostile text={props.name} />
      </span>
    </nav>
  )
}
