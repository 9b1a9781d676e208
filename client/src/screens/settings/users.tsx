/** The people who may sign in, and what each may do. */
import { useState } from 'preact/hooks'
import type { Role } from '../../../../server/domain/access.ts'
import { deleteFactorOf } from '../../api/access.ts'
import { failureText } from '../../api/request.ts'
import {
  deleteUser,
  getUsers,
  patchUser,
  postUser,
  type UserChange,
  type UserView,
} from '../../api/settings.ts'
import { typed } from '../../parts/form.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Select } from '../../parts/select.tsx'
import { Sheet } from '../../parts/sheet.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { Switch } from '../../parts/switch.tsx'
import { Hostile } from '../../parts/text.tsx'
import { useRead } from '../../parts/use-read.ts'
import { whoAmI } from '../../session.ts'
import { shortDate } from '../../text/age.ts'
import { initials } from '../../text/words.ts'
import { showToast } from '../../toast.ts'
import { NewPassword, Why } from './fields.tsx'

const ROLES: readonly (readonly [Role, string])[] = [
  ['viewer', 'May look'],
  ['analyst', 'May work on alerts and rules'],
  ['admin', 'May do everything'],
]
export function UsersTab() {
  const users = useRead('users', getUsers)
  const [adding, setAdding] = useState(false)
  const [open, setOpen] = useState<UserView | null>(null)
  const change = async (user: UserView, what: UserChange, said: string) => {
    try {
      await patchUser(user, what)
      showToast(said)
    } catch (cause) {
      showToast(failureText(cause))
    }
    users.again()
  }
  return (
    <Panel
      title="Users"
      aside={
        <button class="btn" type="button" aria-haspopup="dialog" onClick={() => setAdding(true)}>
          <Icon name="plus" />
          Add a user
        </button>
      }
    >
      {!users.data ? (
        users.why ? (
          <Failed what="The users could not be read" why={users.why} retry={users.again} />
        ) : (
          <Skeleton rows={3} label="Loading users" />
        )
      ) : (
        <ul class="rows">
          {users.data.map((user) => (
            <li class="row" key={user.id}>
              <span class="avatar" aria-hidden="true">
                {initials(user.name)}
              </span>
              <p class="row__text">
                <b>
                  <Hostile text={user.name} />
                  {user.name === whoAmI() ? ' (you)' : ''}
                </b>
                <span class="cell-sub">since {shortDate(user.createdAt)}</span>
              </p>
              <Select
                label={`Role of ${user.name}`}
                value={user.role}
                options={ROLES}
                onChange={(role) => void change(user, { role }, 'Role changed')}
              />
              <Switch
                label={`${user.name} may sign in`}
                on={!user.disabled}
                onChange={(on) =>
                  void change(
                    user,
                    { disabled: !on },
                    on ? 'May sign in again' : 'Switched off, and signed out',
                  )
                }
              />
              <button class="btn btn--sm" type="button" aria-haspopup="dialog" onClick={() => setOpen(user)}>
                More<span class="vh"> about {user.name}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {adding ? <AddUser onClose={() => setAdding(false)} onDone={users.again} /> : null}
      {open ? <OneUser user={open} onClose={() => setOpen(null)} onDone={users.again} /> : null}
    </Panel>
  )
}

type SheetProps = { onClose: () => void; onDone: () => void }

function AddUser(props: SheetProps) {
  const [role, setRole] = useState<Role>('analyst')
  const [why, setWhy] = useState<string | null>(null)
  const add = async (form: HTMLFormElement) => {
    try {
      await postUser({ name: typed(form, 'name').trim(), password: typed(form, 'password'), role })
      showToast('User added')
      props.onDone()
      props.onClose()
    } catch (cause) {
      setWhy(failureText(cause))
    }
  }
  return (
    <Sheet label="Add a user" onClose={props.onClose}>
      <h2>Add a user</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void add(event.currentTarget)
        }}
      >
        <label class="field">
          <span class="field__label">Name</span>
          <input
            class="input"
            name="name"
            required
            maxLength={100}
            autocomplete="off"
            autocapitalize="none"
          />
        </label>
        <NewPassword label="First password" />
        <Select label="Role" shown value={role} options={ROLES} onChange={setRole} />
        <Why why={why} />
        <div class="page-actions">
          <button class="btn btn--primary" type="submit">
            Add
          </button>
          <button class="btn" type="button" onClick={props.onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Sheet>
  )
}

function OneUser(props: SheetProps & { user: UserView }) {
  const { user } = props
  const [why, setWhy] = useState<string | null>(null)
  const [sure, setSure] = useState(false)
  const act = async (what: () => Promise<unknown>, said: string) => {
    try {
      await what()
      showToast(said)
      props.onDone()
      props.onClose()
    } catch (cause) {
      setWhy(failureText(cause))
    }
  }
  return (
    <Sheet label={`User ${user.name}`} onClose={props.onClose}>
      <h2>
        <Hostile text={user.name} />
      </h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          const password = typed(event.currentTarget, 'password')
          void act(() => patchUser(user, { password }), 'Password changed; other sessions are over')
        }}
      >
        <NewPassword label="New password" />
        <Why why={why} />
        <div class="page-actions">
          <button class="btn btn--primary" type="submit">
            Change the password
          </button>
          <button
            class="btn"
            type="button"
            onClick={() =>
              void act(() => deleteFactorOf(user.id), 'Signing in needs the password only; sessions are over')
            }
          >
            Take the second factor away
          </button>
          <button
            class="btn btn--danger"
            type="button"
            onClick={() => (sure ? void act(() => deleteUser(user.id), 'User deleted') : setSure(true))}
          >
            {sure ? 'Delete for good' : 'Delete…'}
          </button>
          <button class="btn" type="button" onClick={props.onClose}>
            Close
          </button>
        </div>
      </form>
    </Sheet>
  )
}
