import { readFileSync } from 'node:fs'

export type Case = { line: number; query: string; result: string[] }

/**
 * Reads a case file: a query, of one or several lines, then its result lines, each after `----`. A line that
 * begins with `# ` is a heading.
 */
export function readCases(file: string): Case[] {
  const cases: Case[] = []
  let query: string[] = []
  let start = 0
  let isOpen = false
  for (const [i, line] of readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .entries()) {
    if (line.startsWith('# ')) continue
    if (line.startsWith('---- ')) {
      if (query.length > 0) cases.push({ line: start, query: query.join('\n').trim(), result: [] })
      query = []
      cases.at(-1)!.result.push(line.slice(5).trim())
      isOpen = false
      continue
    }
    if (!isOpen && line.trim() === '') continue
    if (!isOpen) start = i + 1
    isOpen = true
    query.push(line)
  }
  return cases
}

export type Scene = { line: number; query: string; events: string; result: string }

/** Reads the sequence file: a query, then `events ---- sequences` for each run of it. */
export function readScenes(file: string): Scene[] {
  const scenes: Scene[] = []
  let query = ''
  for (const [i, line] of readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .entries()) {
    if (line.startsWith('# ') || line.trim() === '') continue
    const [events, result] = line.split(' ---- ')
    if (result === undefined) query = line
    else scenes.push({ line: i + 1, query, events: events!.trim(), result: result.trim() })
  }
  return scenes
}
