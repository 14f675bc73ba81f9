// HTML in which text is always escaped: what is put into a template is text unless it is markup.

export interface Markup {
  readonly markup: string
}

export type Piece = string | number | Markup | readonly Piece[]

export function html(template: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return { markup: String.raw({ raw: template }, ...pieces.map(markupOf)) }
}

function markupOf(piece: Piece): string {
  if (typeof piece === 'string' || typeof piece === 'number') return escaped(String(piece))
  return 'markup' in piece ? piece.markup : piece.map(markupOf).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one)

/** Markup with something between, such as a comma. */
export function joined(pieces: readonly Piece[], between: string): Piece {
  return pieces.flatMap((piece, at) => (at === 0 ? [piece] : [between, piece]))
}
