/** What can be done with the whole list: how it is laid out, sharing it, saving it. */
import { useState } from 'preact/hooks'
import { failureText } from '../../api/request.ts'
import { compact, toggleDensity } from '../../density.ts'
import { Copy } from '../../parts/copy.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Menu } from '../../parts/menu.tsx'
import { navigate } from '../../router.ts'
import { formatCount, plural } from '../../text/words.ts'
import { showToast } from '../../toast.ts'
import { collect, fileOf, type Format, MOST_EXPORTED, save } from './export.ts'
import { addressOf, type Filter, queryOf } from './filter.ts'
import { askFor } from './list.ts'

export function Toolbar(props: { filter: Filter }) {
  const { filter } = props
  const [choosing, setChoosing] = useState(false)
  const [busy, setBusy] = useState(false)
  const download = async (format: Format) => {
    setBusy(true)
    try {
      const { alerts, complete } = await collect(queryOf(filter, 1), askFor(filter))
      save(fileOf(alerts, format), `alerts-${new Date().toISOString().slice(0, 10)}.${format}`)
      showToast(
        complete
          ? `${plural(alerts.length, 'alert')} saved`
          : `The first ${formatCount(MOST_EXPORTED)} alerts were saved; narrow the filter for the rest`,
      )
    } catch (cause) {
      showToast(`Not saved: ${failureText(cause)}`)
    }
    setBusy(false)
  }
  return (
    <div class="page-actions">
      <button
        class="btn btn--ghost"
        type="button"
        aria-pressed={filter.grouped}
        onClick={() => navigate(addressOf({ ...filter, grouped: !filter.grouped }))}
      >
        <Icon name="rows" />
        Group by incident
      </button>
      <button
        class="btn btn--ghost wide-only"
        type="button"
        aria-pressed={compact.value}
        onClick={toggleDensity}
      >
        <Icon name="table" />
        Compact
      </button>
      <Copy label="Copy link" text={new URL(addressOf(filter), location.href).href} />
      <button
        class="btn"
        type="button"
        aria-haspopup="dialog"
        disabled={busy}
        onClick={() => setChoosing(true)}
      >
        <Icon name="download" />
        {busy ? 'Collecting…' : 'Export'}
      </button>
      {choosing ? (
        <Menu
          title="Export as"
          onClose={() => setChoosing(false)}
          choices={[
            { icon: 'table', title: 'CSV', hint: 'for a spreadsheet', choose: () => void download('csv') },
            {
              icon: 'code',
              title: 'JSON',
              hint: 'with the evidence, for a program',
              choose: () => void download('json'),
            },
          ]}
        />
      ) : null}
    </div>
  )
}
