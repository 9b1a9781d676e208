/** What every engine has to do. Called by a test file with a way to open an empty store. */
import { afterEach, beforeEach, describe } from 'vitest'
import type { Store } from '../../server/store/store.ts'
import { appendContract } from './contract-append.ts'
import { detectionContract } from './contract-detection.ts'
import { listContract } from './contract-lists.ts'
import { deliveryContract } from './contract-deliveries.ts'
import { recordContract } from './contract-records.ts'
import { retentionContract } from './contract-retention.ts'

/** An empty store that merges with `mergeFields`; `reopen` closes it and opens what it left behind. */
export type Opened = { store: Store; reopen?: () => Promise<Store> }
export type Subject = { store: Store; reopen: () => Promise<void> }

export function storeContract(name: string, open: () => Promise<Opened>): void {
  describe(name, () => {
    let opened: Opened
    const subject: Subject = {
      get store() {
        return opened.store
      },
      async reopen() {
        if (opened.reopen) opened = { ...opened, store: await opened.reopen() }
      },
    }
    beforeEach(async () => {
      opened = await open()
    })
    afterEach(() => opened.store.close())

    describe('append', () => appendContract(subject))
    describe('detection', () => detectionContract(subject))
    describe('lists', () => listContract(subject))
    describe('records', () => recordContract(subject))
    describe('deliveries', () => deliveryContract(subject))
    describe('retention', () => retentionContract(subject))
  })
}
