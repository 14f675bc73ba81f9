// A file that was said: its name and size, and the way to save it.
import { readFileInfo } from '@sosik/contract/files'
import type { AnswerOf } from '@sosik/contract/route'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../parts/icon.tsx'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'

export interface FileLinkProps {
  readonly address: string
  readonly fileId: string
}

export function FileLink({ address, fileId }: FileLinkProps) {
  const { texts, size } = useSpeech()
  const { client } = useMessenger()
  const [info, setInfo] = useState<AnswerOf<typeof readFileInfo>>()
  useEffect(() => {
    // Without its name it can be saved as well.
    client.call(readFileInfo, { params: { file_id: fileId } }).then(setInfo, () => {})
  }, [fileId])
  return (
    <a class="file" href={address} download={info?.name ?? ''}>
      <Icon name="file" />
      <span>
        <span class="name">{info?.name ?? texts.file}</span>
        <small>{info ? size(info.size_bytes) : '…'}</small>
      </span>
    </a>
  )
}
