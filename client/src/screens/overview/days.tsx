import type { AlertDay } from '../../../../server/domain/api.ts'
import { DaysChart, DaysLegend } from '../../parts/days-chart.tsx'
import { Panel } from '../../parts/panel.tsx'

export function DaysPanel(props: { days: readonly AlertDay[] }) {
  return (
    <Panel
      class="days"
      title="Alerts per day"
      note={`last ${props.days.length} days`}
      aside={<DaysLegend days={props.days} />}
    >
      <div class="panel__body">
        <DaysChart days={props.days} />
      </div>
    </Panel>
  )
}
