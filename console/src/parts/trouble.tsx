// What went wrong, or was done, in a line that is read out.

export function Trouble({ text }: { text: string | undefined }) {
  return text === undefined ? null : <p role="alert">{text}</p>
}

export function Done({ text }: { text: string | undefined }) {
  return <p role="status">{text}</p>
}
