// The choice of images and files to send.
import { Icon, type IconName } from '../parts/icon.tsx'

export interface AttachProps {
  readonly label: string
  readonly icon: IconName
  /** Any file when left out. */
  readonly types?: readonly string[]
  readonly onChosen: (files: readonly File[]) => void
}

export function Attach({ label, icon, types, onChosen }: AttachProps) {
  return (
    <label class="attach" title={label}>
      <Icon name={icon} />
      <input
        class="only-heard"
        type="file"
        multiple
        aria-label={label}
        accept={types?.join(',')}
        onChange={({ currentTarget }) => {
          onChosen([...(currentTarget.files ?? [])])
          currentTarget.value = ''
        }}
      />
    </label>
  )
}
