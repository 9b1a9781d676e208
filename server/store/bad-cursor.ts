/** The cursor of a list is not one that this store gave out: the caller's mistake, not ours. */
export class BadCursor extends Error {
  readonly code = 'BAD_CURSOR'

  constructor() {
    super('This cursor is not one that this list gave out.')
    this.name = 'BadCursor'
  }
}
