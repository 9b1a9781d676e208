import type { AlertChangeKind, RuleKind, Severity } from './alert.ts'
import type { Heed } from './organisation.ts'
import type { Millis } from './time.ts'

export type { AlertChangeKind, RuleKind }

/** Sigma: the query is the YAML of a Sigma rule with what it refers to. */
export type RuleLanguage = 'eql' | 'kql' | 'sigma'

/** What every rule says, whatever its kind: the head of a rule file, defaults filled in. */
export type RuleHead = {
  id: string
  name: string
  version: number
  enabled: boolean
  /** Came with the product; can be switched off, not deleted. */
  builtIn: boolean
  severity: Severity
  confidence: Severity
  kind: RuleKind
  language: RuleLanguage
  query: string
  /** The field that names what an alert is about, e.g. `user.email` or `source.ip`. */
  entity: string
  /** ATT&CK technique ids. */
  attack: string[]
  tags: string[]
  /** A sentence with placeholders; see `detect/summary.ts`. */
  summary: string
  false_positives: string[]
  investigate: string
  respond: string[]
  hunt: { title: string; language: 'eql' | 'kql'; query: string }[]
  drill: string | null
  /** Material for other rules: its alerts are kept out of lists and of incidents of their own. */
  buildingBlock?: true
  /** The logs that it needs, and what must be licensed or switched on for them to come. */
  data?: { dataset: string; needs: string }[]
  /** Ways to make it quieter, and what each would hide. */
  tuning?: { setting: string; hides: string }[]
  /**
   * How late logs may come, for a rule that depends on what did not happen: it raises its alerts so long after the
   * events. Absent: `ALLOWED_LATENESS`.
   */
  lateness?: Millis
  /** The tuning that the rule respects; absent: none, so that what a person wrote fires as written. */
  heeds?: Heed[]
  /** The name of what it watches for: service accounts whose `may` has it are expected to do so. */
  may?: string
  related: string[]
  author: string[]
  license: string | null
}

/** More (or at least) so many hits of one key within a sliding window, both ends included. */
export type ThresholdSpec = {
  /** Empty: all hits of the rule are one group. */
  by: string[]
  /** The rule fires when the window holds at least this many. `more_than: 50` is 51. */
  atLeast: number
  /** Written as `more_than`: people are told the number that was written, one less than `atLeast`. */
  isMoreThan?: true
  within: Millis
  /** Count distinct tuples of these fields instead of events. Empty: count events. */
  distinct: string[]
  /** Both must be reached when this is given too: at least this many events beside the distinct count. */
  atLeastEvents?: number
  /** Fires by its own numbers only where they also exceed what is usual for the key. */
  baseline?: BaselineSpec
  /** Other ways to fire on the same key: any one of them is enough, whatever the baseline. */
  or?: ThresholdAlternative[]
}

/** What is usual for a key: the largest count in any such window that ended in the time before this one began. */
export type BaselineSpec = {
  /** How far back of the window. */
  history: Millis
  /** The count must be more than so many times what was usual. */
  times: number
  /** Silent until the key has been known so long. */
  learn: Millis
}

/** "At least 30 events over at least 4 accounts": both numbers are distinct counts within the window. */
export type ThresholdAlternative = Pick<ThresholdSpec, 'atLeast' | 'distinct' | 'atLeastEvents'> & {
  /** A window of its own: a slow spray takes a day. */
  within?: Millis
}

/** Sequences of one key counted over the join keys that follow: one alert for all of them. */
export type SeveralSpec = {
  /** The first join keys of the query: what an alert is about. */
  by: string[]
  /** So many different ones must be complete within the query's maxspan. */
  atLeast: number
}

/** A later event on the same key that makes a threshold rule's alert worse. */
export type ThenSpec = { query: string; within: Millis; severity: Severity }

/** Two successes of one key too far apart for the time between. */
export type TravelSpec = { by: string[]; within: Millis; fasterThanKmh: number; minKm: number }

/** Values of fields that one key has not shown before. */
export type NewTermsSpec = {
  by: string[]
  /** Each combination of their values is a term; an event that lacks one of them has none. */
  fields: string[]
  /** A term is new if it was not there within so long before. */
  history: Millis
  /** Nothing is new before the key has been known so long: nobody knows what is usual. 0: from the first event on. */
  learn: Millis
  /** A query, in the rule's language, over events whose terms are known from then on too, though they complete nothing. */
  knownBy?: string
}

/** A rule as it is written, stored and shown. */
export type Rule = RuleHead & {
  threshold: ThresholdSpec | null
  then: ThenSpec | null
  travel: TravelSpec | null
  newTerms: NewTermsSpec | null
  /** Only of a sequence that is counted so. */
  several?: SeveralSpec
}
