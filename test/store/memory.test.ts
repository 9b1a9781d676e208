import { createMemoryStore } from '../support/memory-store.ts'
import { storeContract } from './contract.ts'
import { mergeFields } from './samples.ts'

storeContract('the store in memory', async () => ({ store: createMemoryStore({ merge: mergeFields }) }))
