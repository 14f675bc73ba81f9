// What people read of a notification, in each language: its type's words about its content. Pure.

export interface Titles {
  /** The document's words; what `NotificationSent` and the stream say. */
  readonly ko: string
  readonly en: string
}

interface Words {
  /** Where the content has the name of the person whom it is about. */
  readonly name: string
  readonly titlesOf: (name: string) => Titles
}

const WORDS = {
  welcome: {
    name: 'display_name',
    titlesOf: (name) => ({
      ko: `${name}님, 소식에 오신 것을 환영합니다`,
      en: `Welcome to Sosik, ${name}`,
    }),
  },
  friend_request: {
    name: 'requester_name',
    titlesOf: (name) => ({
      ko: `${name}님이 친구 요청을 보냈습니다`,
      en: `${name} sent you a friend request`,
    }),
  },
  friend_request_accepted: {
    name: 'addressee_name',
    titlesOf: (name) => ({
      ko: `${name}님이 친구 요청을 수락했습니다`,
      en: `${name} accepted your friend request`,
    }),
  },
} as const satisfies Record<string, Words>

export type NoticeType = keyof typeof WORDS

export function titlesOf(type: NoticeType, content: Readonly<Record<string, unknown>>): Titles {
  const words: Words = WORDS[type]
  return words.titlesOf(String(content[words.name]))
}
