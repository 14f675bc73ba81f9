// What I have said and nobody has yet: on its way, or not sent and why.
import { useMessenger } from '../session/messenger-context.tsx'
import type { Pending } from '../session/pending.ts'
import { useSpeech } from '../texts/speech.tsx'

export function PendingRow({ pending }: { readonly pending: Pending }) {
  const { texts, failure } = useSpeech()
  const { me, again, discard } = useMessenger()
  const { content, attachment, error } = pending
  return (
    <article class="message mine pending" aria-label={me.display_name}>
      <div class="spoken">
        <div class="line-of">
          <div class="bubble">
            {attachment ? `${texts[attachment.kind]}: ${attachment.file.name}` : content}
          </div>
          {error === undefined && <span class="facts">{texts.sending}</span>}
        </div>
        {error !== undefined && (
          <p class="failure" role="alert">
            {texts.notSent}: {failure(error)}{' '}
            <button type="button" class="plain" onClick={() => again(pending)}>
              {texts.retry}
            </button>
            <button type="button" class="plain" onClick={() => discard(pending)}>
              {texts.discard}
            </button>
          </p>
        )}
      </div>
    </article>
  )
}
