// Text of any kind as PostgreSQL can store it.

/** PostgreSQL's text holds no NUL and no half of a surrogate pair. */
export const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '')
