// Why something was not done, read out at once.

export function Failure({ text }: { readonly text: string }) {
  return text === '' ? null : (
    <p class="failure" role="alert">
      {text}
    </p>
  )
}
