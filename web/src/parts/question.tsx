// A question before what cannot be undone.
import { useSpeech } from '../texts/speech.tsx'
import { Dialog } from './dialog.tsx'

export interface QuestionProps {
  readonly title: string
  readonly text: string
  readonly onYes: () => void
  readonly onClose: () => void
}

export function Question({ title, text, onYes, onClose }: QuestionProps) {
  const { texts } = useSpeech()
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <div class="actions">
        <button type="button" onClick={onClose}>
          {texts.cancel}
        </button>
        <button type="button" class="danger" onClick={onYes}>
          {title}
        </button>
      </div>
    </Dialog>
  )
}
