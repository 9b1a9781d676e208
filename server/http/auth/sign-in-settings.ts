/** How people sign in, as stored. The provider's secret is written and never shown. */
import type { Json } from '../../domain/json.ts'
import { PASSWORD_ONLY, type SignInSettings } from '../../domain/sign-in.ts'
import type { Clock } from '../../domain/time.ts'
import type { Store } from '../../store/store.ts'

/** `version` 0: nobody has set anything yet. */
export type StoredSignIn = { settings: SignInSettings; version: number }

const RECORD = { kind: 'setting', id: 'sign-in' } as const

export async function readSignIn(store: Pick<Store, 'record'>): Promise<StoredSignIn> {
  const record = await store.record(RECORD.kind, RECORD.id)
  if (!record) return { settings: PASSWORD_ONLY, version: 0 }
  return { settings: record.body as unknown as SignInSettings, version: record.version }
}

export async function saveSignIn(
  { store, clock }: { store: Store; clock: Clock },
  settings: SignInSettings,
  { actor, expect }: { actor: string; expect?: number },
): Promise<StoredSignIn | { conflict: number }> {
  const at = clock()
  const { requireCode, provider } = settings
  const detail: Json = { requireCode, provider: provider && provider.issuer }
  const audit = { at, actor, verb: 'sign-in.change', subject: 'sign-in', detail }
  const only = expect === undefined ? {} : { expect }
  const [written] = await store.putRecords([
    { ...RECORD, body: settings as unknown as Json, audit, at, ...only },
  ])
  return written!.written ? { settings, version: written!.version } : { conflict: written!.version }
}
