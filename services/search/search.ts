// The rules of search: how text is compared, and by which pieces it is found.

/** Text as it is compared: one form of each letter, no case, one blank for any white space. */
export function fold(text: string): string {
  return text.toWellFormed().normalize('NFC').toLowerCase().normalize('NFC').replace(/\s+/gu, ' ')
}

/** Every two neighbouring code points of folded text, each pair once. */
export function bigrams(folded: string): string[] {
  const points = Array.from(folded)
  return [...new Set(points.slice(1).map((point, at) => `${points[at]}${point}`))]
}
