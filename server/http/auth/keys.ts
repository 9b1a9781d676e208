/** API keys. A key is shown once and stored as its SHA-256: 256 random bits need no slow hash. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Scope, SCOPES } from '../../domain/access.ts'
import type { Clock, Millis } from '../../domain/time.ts'
import type { Store, StoredRecord } from '../../store/store.ts'
import { Problem } from '../problem.ts'
import type { Who } from './who.ts'

export type Key = {
  id: string
  name: string
  scopes: Scope[]
  createdAt: Millis
  createdBy: string
  expiresAt: Millis | null
}
type KeyBody = Omit<Key, 'id' | 'createdAt'> & { hash: string }

export type KeyRing = {
  /** The owner of the first of these texts that is a valid key. */
  find(candidates: readonly string[]): Promise<Who | null>
  list(): Promise<Key[]>
  /** The key's text is in the answer, and nowhere else from then on. */
  create(
    input: { name: string; scopes: Scope[]; expiresAt: Millis | null },
    actor: string,
  ): Promise<Key & { key: string }>
  revoke(id: string, actor: string): Promise<void>
  /** Whether a key that was good still is. */
  isValid(id: string): Promise<boolean>
}

const KEY_FORMAT = /^vdt_([0-9a-f]{12})_[0-9A-Za-z_-]{43}$/
const ENVIRONMENT = 'environment'

/** Keys are looked up at every request, so they are kept in memory: this process is the only one that changes them. */
export function createKeyRing(parts: { store: Store; clock: Clock; apiKey: string | null }): KeyRing {
  const { store, clock } = parts
  const environmentHash = parts.apiKey === null ? null : sha256(parts.apiKey)
  let loading: Promise<Map<string, Key & { hash: string }>> | null = null

  function keys() {
    loading ??= store
      .records('key')
      .then((records) => new Map(records.map((record) => [record.id, readKey(record)])))
    // A failed load must not stand in the way for ever.
    loading.catch(() => (loading = null))
    return loading
  }

  const isLive = (key: Key) => key.expiresAt === null || key.expiresAt > clock()

  async function findOne(text: string): Promise<Who | null> {
    const hash = sha256(text)
    if (environmentHash && timingSafeEqual(hash, environmentHash)) {
      return { via: 'key', id: ENVIRONMENT, name: ENVIRONMENT, scopes: SCOPES, session: null }
    }
    const id = KEY_FORMAT.exec(text)?.[1]
    const key = id === undefined ? undefined : (await keys()).get(id)
    if (!key || !timingSafeEqual(hash, Buffer.from(key.hash, 'hex')) || !isLive(key)) return null
    return { via: 'key', id: key.id, name: key.name, scopes: effective(key.scopes), session: null }
  }

  return {
    async find(candidates) {
      for (const text of candidates) {
        const who = await findOne(text)
        if (who) return who
      }
      return null
    },
    list: async () => [...(await keys()).values()].map(withoutHash).sort((a, b) => b.createdAt - a.createdAt),
    async create({ name, scopes, expiresAt }, actor) {
      const known = await keys()
      const id = randomBytes(6).toString('hex')
      const key = `vdt_${id}_${randomBytes(32).toString('base64url')}`
      const at = clock()
      const body: KeyBody = { name, scopes, createdBy: actor, expiresAt, hash: sha256(key).toString('hex') }
      const audit = { at, actor, verb: 'key.create', subject: id, detail: { name, scopes, expiresAt } }
      const [written] = await store.putRecords([{ kind: 'key', id, body, expect: 0, audit, at }])
      if (!written!.written) throw new Problem('idTaken', 'This id is taken: try again.')
      known.set(id, { id, createdAt: at, ...body })
      return { id, name, scopes, createdAt: at, createdBy: actor, expiresAt, key }
    },
    async revoke(id, actor) {
      const known = await keys()
      const key = known.get(id)
      if (!key) throw new Problem('notFound', `There is no key ${JSON.stringify(id)}.`)
      const at = clock()
      const audit = { at, actor, verb: 'key.revoke', subject: id, detail: { name: key.name } }
      await store.putRecords([{ kind: 'key', id, body: null, audit, at }])
      known.delete(id)
    },
    async isValid(id) {
      if (id === ENVIRONMENT) return true
      const key = (await keys()).get(id)
      return key !== undefined && isLive(key)
    },
  }
}

/** The scopes that a set of scopes amounts to: `admin` holds all the others. */
export function effective(scopes: readonly Scope[]): readonly Scope[] {
  return scopes.includes('admin') ? SCOPES : scopes
}

function readKey(record: StoredRecord): Key & { hash: string } {
  return { id: record.id, createdAt: record.createdAt, ...(record.body as unknown as KeyBody) }
}

function withoutHash({ id, name, scopes, createdAt, createdBy, expiresAt }: Key): Key {
  return { id, name, scopes, createdAt, createdBy, expiresAt }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
