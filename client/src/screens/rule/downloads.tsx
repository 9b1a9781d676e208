import { useState } from 'preact/hooks'
import type { RuleView } from '../../../../server/domain/api.ts'
import { Icon } from '../../parts/icon.tsx'
import { Sheet } from '../../parts/sheet.tsx'

const FORMATS = [
  { format: 'yaml', title: 'Rule file', hint: 'everything, to read in again' },
  { format: 'sigma', title: 'Sigma', hint: 'for other tools; what it cannot say is a comment' },
  { format: 'eql', title: 'EQL', hint: 'the query alone' },
] as const

/** The published rule as a file. */
export function Downloads(props: { rule: Pick<RuleView, 'id' | 'language'> }) {
  const { id, language } = props.rule
  const [open, setOpen] = useState(false)
  return (
    <>
      <button class="btn btn--ghost" type="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Icon name="download" />
        Download
      </button>
      {open ? (
        <Sheet class="sheet--menu" label="Download as" onClose={() => setOpen(false)}>
          <p class="palette__group">Download as</p>
          {FORMATS.filter(({ format }) => format !== 'eql' || language === 'eql').map(
            ({ format, title, hint }) => (
              <a
                class="palette__item"
                key={format}
                href={`/api/v1/rules/${encodeURIComponent(id)}/export?format=${format}`}
                download
                onClick={() => setOpen(false)}
              >
                <Icon name="file" />
                <span>
                  {title}
                  <span class="palette__hint">{hint}</span>
                </span>
              </a>
            ),
          )}
        </Sheet>
      ) : null}
    </>
  )
}
