/** A software version as Elasticsearch's `version` field orders it. */
export type Version = { text: string; numbers: number[] | null; pre: string[] | null }

const SEMVER =
  /^(\d{1,15})(?:\.(\d{1,15}))?(?:\.(\d{1,15}))?((?:\.\d{1,15})*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/

export function parseVersion(text: string): Version {
  const parts = SEMVER.exec(text)
  if (!parts) return { text, numbers: null, pre: null }
  const [core] = text.split(/[-+]/)
  return { text, numbers: core!.split('.').map(Number), pre: parts[5] ? parts[5].split('.') : null }
}

/** Semantic order: a pre-release comes before its release, what is no version after all that are. */
export function orderVersions(a: Version, b: Version): number {
  if (!a.numbers || !b.numbers) {
    if (a.numbers || b.numbers) return a.numbers ? -1 : 1
    return a.text < b.text ? -1 : a.text > b.text ? 1 : 0
  }
  const length = Math.max(a.numbers.length, b.numbers.length)
  for (let i = 0; i < length; i++) {
    const difference = (a.numbers[i] ?? 0) - (b.numbers[i] ?? 0)
    if (difference !== 0) return difference
  }
  if (!a.pre || !b.pre) return a.pre ? -1 : b.pre ? 1 : 0
  return orderPreReleases(a.pre, b.pre)
}

function orderPreReleases(a: string[], b: string[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[i]
    const y = b[i]
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1
    if (x === y) continue
    const bothNumbers = /^\d+$/.test(x) && /^\d+$/.test(y)
    if (bothNumbers) return Number(x) - Number(y)
    // A number comes before a word.
    if (/^\d+$/.test(x) !== /^\d+$/.test(y)) return /^\d+$/.test(x) ? -1 : 1
    return x < y ? -1 : 1
  }
  return 0
}
