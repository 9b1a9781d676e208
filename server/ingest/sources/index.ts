/** Which source a record belongs to. A new source is one line here. */
import type { Fields } from '../../domain/json.ts'
import { azureAuditlogs } from './azure-auditlogs.ts'
import { azureSigninlogs } from './azure-signinlogs.ts'
import { ecsDataset, passEcs, saidDataset } from './ecs.ts'
import { o365Audit } from './o365-audit.ts'
import type { Normalised, Problem, Source } from './source.ts'
import { innerRecord } from './wrappers.ts'

/** In the order in which a record is asked about: those with the most records first. */
export const SOURCES: readonly Source[] = [azureSigninlogs, o365Audit, azureAuditlogs]

/** What a record is, and how to normalise it. */
export type Identified = {
  dataset: string
  /** It is an ECS document already, so it passes as it is. */
  asSent?: true
  normalise: () => Normalised | Problem
}

/** The source with this dataset, or null. */
export function sourceOf(dataset: string): Source | null {
  return SOURCES.find((source) => source.dataset === dataset) ?? null
}

/** Recognises a record by its content; null when it is of no source that we know. */
export function identify(record: Fields): Identified | null {
  const ecs = ecsDataset(record)
  if (ecs) return { dataset: ecs, asSent: true, normalise: () => passEcs(record, ecs) }
  const plain = recognised(record)
  if (plain) return plain
  const inner = innerRecord(record)
  const wrapped = inner && (recognised(inner) ?? normalised(inner))
  if (wrapped) return wrapped
  const said = saidDataset(record)
  if (said === null || !sourceOf(said)) return null
  return { dataset: said, asSent: true, normalise: () => passEcs(record, said) }
}

/** A document inside an envelope that a pipeline has normalised before; it is not what was sent as a whole. */
function normalised(record: Fields): Identified | null {
  const ecs = ecsDataset(record)
  return ecs && { dataset: ecs, normalise: () => passEcs(record, ecs) }
}

function recognised(record: Fields): Identified | null {
  for (const source of SOURCES) {
    if (source.recognise(record))
      return { dataset: source.dataset, normalise: () => source.normalise(record) }
  }
  return null
}
