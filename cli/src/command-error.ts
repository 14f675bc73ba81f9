// What a person can mend: said in a sentence, without a stack.

export class CommandError extends Error {
  override readonly name = 'CommandError'
}
