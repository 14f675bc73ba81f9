// Text of any kind as PostgreSQL can store it.

/** PostgreSQL's text holds no NUL and no half of a surrogate pair. */
export const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '')

/** The words as JSON. */
export const storableJson = (words: Readonly<Record<string, string>>): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(words).map(([name, word]) => [name, storable(word)])),
  )
