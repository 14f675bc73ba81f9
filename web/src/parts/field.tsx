// A labelled line of a form.
import type { InputHTMLAttributes } from 'preact'

export interface FieldProps {
  readonly label: string
  readonly name: string
  readonly type?: 'text' | 'email' | 'password'
  readonly hint?: string
  readonly autocomplete?: string
  readonly autocapitalize?: 'none'
  readonly defaultValue?: string
  readonly minlength?: number
  readonly maxlength?: number
  readonly pattern?: string
  readonly required?: boolean
}

export function Field({ label, hint, type = 'text', ...input }: FieldProps) {
  // The types of inputs are apart from each other, and no spread of them is.
  const attributes = { type, ...input } as InputHTMLAttributes<HTMLInputElement>
  return (
    <label class="field">
      <span>{label}</span>
      <input {...attributes} />
      {hint && <small>{hint}</small>}
    </label>
  )
}

/** What a form's field holds, without blanks around it. */
export function valueOf(form: HTMLFormElement, name: string): string {
  return typedIn(form, name).trim()
}

/** As it was typed, blanks and all. */
export function typedIn(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name)
  return typeof value === 'string' ? value : ''
}
