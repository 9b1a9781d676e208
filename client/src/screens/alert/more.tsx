import { useState } from 'preact/hooks'
import type { AlertDetail } from '../../../../server/domain/api.ts'
import { answer } from '../../announce.ts'
import { toClipboard } from '../../parts/copy.tsx'
import { Icon } from '../../parts/icon.tsx'
import { type Choice, Menu } from '../../parts/menu.tsx'
import { isOwn } from '../../own-alert.ts'
import { navigate } from '../../router.ts'
import { showToast } from '../../toast.ts'
import { save } from '../alerts/export.ts'
import { ExceptionSheet } from './exception.tsx'

/** What is done less often with an alert. */
export function MoreMenu({ alert, writing }: { alert: AlertDetail; writing: boolean }) {
  const [open, setOpen] = useState<'menu' | 'exception' | null>(null)
  const share = async () => {
    const copied = await toClipboard(location.origin + location.pathname)
    showToast(copied ? 'Link copied. Whoever opens it has to sign in' : `The link is ${location.href}`)
    answer(copied ? 'Link copied' : 'The link could not be copied')
  }
  return (
    <>
      {writing && !isOwn(alert) ? (
        <button class="btn" type="button" aria-haspopup="dialog" onClick={() => setOpen('exception')}>
          Add exception
        </button>
      ) : null}
      <button
        class="btn"
        type="button"
        aria-haspopup="dialog"
        aria-label="More"
        onClick={() => setOpen('menu')}
      >
        <Icon name="more" />
      </button>
      {open === 'menu' ? (
        <Menu
          title="More"
          onClose={() => setOpen(null)}
          choices={[
            { icon: 'copy', title: 'Copy a link to it', choose: () => void share() },
            {
              icon: 'download',
              title: 'Save as JSON',
              choose: () =>
                save(
                  new Blob([JSON.stringify(alert, null, 2)], { type: 'application/json' }),
                  `alert-${alert.id}.json`,
                ),
            },
            ...(isOwn(alert) ? [] : [explain(alert.ruleId)]),
          ]}
        />
      ) : null}
      {open === 'exception' ? <ExceptionSheet alert={alert} onClose={() => setOpen(null)} /> : null}
    </>
  )
}

function explain(rule: string): Choice {
  const choose = () => navigate(`/rules/${encodeURIComponent(rule)}?tab=explain`)
  return { icon: 'help', title: 'Why not for someone else?', choose }
}
