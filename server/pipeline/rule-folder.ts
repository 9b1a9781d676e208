/** The operator's own rule files: read at the start, and again when the folder changes. */
import { watch } from 'node:fs'
import { type Clock, type Millis, SECOND } from '../domain/time.ts'
import { loadFolder } from '../rules/folder.ts'
import type { Store } from '../store/store.ts'
import { syncRuleFiles } from './rulebook.ts'

export type RuleFolder = {
  /** Reads the folder now; true: stored rules changed. */
  sync(): Promise<boolean>
  /** Calls `onChange` after each change of the folder that changed stored rules. Returns how to stop. */
  watch(onChange: () => void): () => void
}

// An editor writes a file in several steps: wait until it is done.
const SETTLE: Millis = SECOND / 2

/** `say` gets one line for each file that cannot be used. While there is one, no rule of the folder is deleted. */
export function openRuleFolder(parts: {
  store: Store
  folder: string
  clock: Clock
  say(line: string): void
}): RuleFolder {
  const { store, folder, clock, say } = parts

  async function sync(): Promise<boolean> {
    const { rules, errors } = loadFolder(folder)
    for (const error of errors) say(error)
    const files = new Map(rules.map((one) => [one.rule.id, one]))
    const { changed, taken } = await syncRuleFiles(store, files, clock, { keepMissing: errors.length > 0 })
    for (const file of taken)
      say(`${folder}/${file}: its id is taken by a rule that is not from this folder.`)
    return changed
  }

  return {
    sync,
    watch(onChange) {
      let waiting: NodeJS.Timeout | undefined
      let last: Promise<void> = Promise.resolve()
      const look = async () => {
        try {
          if (await sync()) onChange()
        } catch (error) {
          say(`${folder}: ${error instanceof Error ? error.message : String(error)}`)
        }
      }
      const watcher = watch(folder, () => {
        clearTimeout(waiting)
        waiting = setTimeout(() => {
          last = last.then(look)
        }, SETTLE)
      })
      watcher.on('error', (error) => say(`${folder}: ${error.message}`))
      return () => {
        clearTimeout(waiting)
        watcher.close()
      }
    },
  }
}
