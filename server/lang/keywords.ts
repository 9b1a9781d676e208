/** Words that name a field or a category only in quotes. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  'and any by false in join like maxspan not null of or regex sample sequence true until where with'.split(
    ' ',
  ),
)
