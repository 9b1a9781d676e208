/** The tabs of the settings, in their order. A new one is a file beside this and an entry here. */
import type { FunctionComponent } from 'preact'
import type { Scope } from '../../../../server/domain/access.ts'
import { lazyScreen } from '../../parts/lazy-screen.tsx'

export type Tab = {
  /** In the address: `/settings/{id}`. */
  id: string
  label: string
  /** Who may see it. */
  needs: Scope
  Panel: FunctionComponent
}

export const TABS: readonly Tab[] = [
  {
    id: 'organisation',
    label: 'Organisation',
    needs: 'read',
    Panel: lazyScreen(() => import('./organisation.tsx').then((code) => code.OrganisationTab)),
  },
  {
    id: 'notifications',
    label: 'Notifications',
    needs: 'admin',
    Panel: lazyScreen(() => import('./channels.tsx').then((code) => code.ChannelsTab)),
  },
  {
    id: 'fire-drill',
    label: 'Fire drill',
    needs: 'read',
    Panel: lazyScreen(() => import('./fire-drill.tsx').then((code) => code.FireDrillTab)),
  },
  {
    id: 'me',
    label: 'My account',
    needs: 'read',
    Panel: lazyScreen(() => import('./me.tsx').then((code) => code.MeTab)),
  },
  {
    id: 'users',
    label: 'Users',
    needs: 'admin',
    Panel: lazyScreen(() => import('./users.tsx').then((code) => code.UsersTab)),
  },
  {
    id: 'sign-in',
    label: 'Sign-in',
    needs: 'admin',
    Panel: lazyScreen(() => import('./sign-in.tsx').then((code) => code.SignInTab)),
  },
  {
    id: 'keys',
    label: 'API keys',
    needs: 'admin',
    Panel: lazyScreen(() => import('./keys.tsx').then((code) => code.KeysTab)),
  },
  {
    id: 'audit',
    label: 'Audit log',
    needs: 'admin',
    Panel: lazyScreen(() => import('./audit.tsx').then((code) => code.AuditTab)),
  },
  {
    id: 'data',
    label: 'Data and backups',
    needs: 'read',
    Panel: lazyScreen(() => import('./data.tsx').then((code) => code.DataTab)),
  },
  {
    id: 'appearance',
    label: 'This browser',
    needs: 'read',
    Panel: lazyScreen(() => import('./appearance.tsx').then((code) => code.AppearanceTab)),
  },
  {
    id: 'about',
    label: 'About',
    needs: 'read',
    Panel: lazyScreen(() => import('./about.tsx').then((code) => code.AboutTab)),
  },
]
