/** The organisation's settings as stored. Like exceptions they have a part in correlation, not in matching. */
import type { Json } from '../domain/json.ts'
import { NO_ORGANISATION, type Organisation } from '../domain/organisation.ts'
import type { Clock } from '../domain/time.ts'
import type { Store } from '../store/store.ts'
import { correlateAgain } from './exceptions.ts'

/** `version` 0: nobody has said anything yet. */
export type StoredOrganisation = { organisation: Organisation; version: number }

const ID = 'organisation'

export async function readOrganisation(store: Pick<Store, 'record'>): Promise<StoredOrganisation> {
  const record = await store.record('organisation', ID)
  if (!record) return { organisation: NO_ORGANISATION, version: 0 }
  return { organisation: record.body as unknown as Organisation, version: record.version }
}

/** Keeps the settings; the groups of rules that heed them are correlated again. */
export async function saveOrganisation(
  store: Store,
  organisation: Organisation,
  { actor, clock, expect }: { actor: string; clock: Clock; expect?: number },
): Promise<{ saved: StoredOrganisation } | { conflict: number }> {
  const at = clock()
  const body = organisation as unknown as Json
  const audit = { at, actor, verb: 'organisation.change', subject: ID, detail: body }
  const [written] = await store.putRecords([
    { kind: 'organisation', id: ID, body, audit, at, ...(expect === undefined ? {} : { expect }) },
    correlateAgain({ id: ID, ruleId: '*', heeding: true }, at),
  ])
  return written!.written
    ? { saved: { organisation, version: written!.version } }
    : { conflict: written!.version }
}
