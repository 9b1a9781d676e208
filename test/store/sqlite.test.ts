import { onTestFinished } from 'vitest'
import { openSqlite } from '../../server/store/sqlite/open.ts'
import { storeContract } from './contract.ts'
import { mergeFields } from './samples.ts'
import { temporaryFile } from './temporary-file.ts'

storeContract('the store in SQLite', async () => {
  const file = temporaryFile()
  onTestFinished(() => file.remove())
  const open = () => openSqlite({ file: file.path, merge: mergeFields })
  let store = open()
  return {
    store,
    async reopen() {
      await store.close()
      store = open()
      return store
    },
  }
})
