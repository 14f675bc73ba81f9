// Every error that the API can answer: code, status, and a sentence in English and Korean.

export const PROBLEMS = {
  body_invalid: [400, 'The request does not fit its route.', '요청 형식이 올바르지 않습니다.'],
  not_signed_in: [401, 'Sign in first.', '로그인이 필요합니다.'],
  sign_in_failed: [
    401,
    'Username or password is wrong.',
    '아이디 또는 비밀번호가 올바르지 않습니다.',
  ],
  operator_token_wrong: [
    401,
    "This is not the operator's token.",
    '운영자 토큰이 올바르지 않습니다.',
  ],
  origin_refused: [403, 'The request came from another site.', '다른 사이트의 요청입니다.'],
  not_allowed: [403, 'You may not do this.', '권한이 없습니다.'],
  password_wrong: [403, 'The current password is wrong.', '현재 비밀번호가 올바르지 않습니다.'],
  not_found: [404, 'There is nothing here for you.', '찾을 수 없습니다.'],
  method_not_allowed: [405, 'This path knows other methods.', '지원하지 않는 메서드입니다.'],
  not_acceptable: [
    406,
    'There is no answer of a type that you accept.',
    '요청한 형식으로 응답할 수 없습니다.',
  ],
  request_timeout: [408, 'The request did not arrive in time.', '요청 시간이 초과되었습니다.'],
  username_taken: [409, 'The username is taken.', '이미 사용 중인 아이디입니다.'],
  email_taken: [409, 'The e-mail address is taken.', '이미 사용 중인 이메일입니다.'],
  already_friends: [409, 'You are friends already.', '이미 친구입니다.'],
  request_open: [409, 'A request is open already.', '이미 보낸 친구 요청이 있습니다.'],
  request_closed: [409, 'The request is not open any more.', '이미 처리된 친구 요청입니다.'],
  rebuild_running: [409, 'A rebuild is running already.', '이미 다시 집계하고 있습니다.'],
  person_blocked: [409, 'You have blocked this person.', '차단한 사용자입니다.'],
  message_deleted: [409, 'The message is deleted.', '삭제된 메시지입니다.'],
  idempotency_key_busy: [
    409,
    'The first request with this idempotency key is still being worked on.',
    '같은 요청을 처리하고 있습니다.',
  ],
  length_required: [
    411,
    'Say how long the body is: a byte at least.',
    '본문의 길이를 알려 주세요.',
  ],
  body_too_large: [413, 'The body is too large.', '요청이 너무 큽니다.'],
  media_type_unknown: [
    415,
    'Send JSON, and a file as application/octet-stream.',
    'JSON으로, 파일은 application/octet-stream으로 보내 주세요.',
  ],
  range_unsatisfiable: [416, 'The file has no such range.', '파일에 없는 범위입니다.'],
  yourself: [422, 'This cannot be done with yourself.', '자기 자신에게는 할 수 없습니다.'],
  room_members_invalid: [
    422,
    'A direct room has one other member, a group at least one.',
    '대화 상대를 확인해 주세요.',
  ],
  room_is_direct: [
    422,
    'A direct room stays as it is: its pair and no name.',
    '1:1 대화방에서는 할 수 없습니다.',
  ],
  room_full: [422, 'The room has no place for so many.', '대화방 인원이 가득 찼습니다.'],
  message_conflict: [
    422,
    'The client message id was used with another body.',
    '같은 메시지 번호로 다른 내용을 보낼 수 없습니다.',
  ],
  message_not_text: [422, 'Only a text is edited.', '글 메시지만 수정할 수 있습니다.'],
  message_content_invalid: [
    422,
    'An image or a file is the address of an upload, or an absolute one of the web.',
    '이미지와 파일은 올린 파일의 주소나 웹 주소로 보내 주세요.',
  ],
  file_unusable: [
    422,
    'There is no file of yours at this address that is of this type and not sent yet.',
    '보낼 수 없는 파일입니다.',
  ],
  file_conflict: [
    422,
    'The client file id was used with another file.',
    '같은 파일 번호로 다른 파일을 올릴 수 없습니다.',
  ],
  image_invalid: [
    422,
    'An image is a JPEG, PNG, GIF or WebP.',
    'JPEG, PNG, GIF, WebP 이미지만 올릴 수 있습니다.',
  ],
  files_full: [422, 'There is no place left for your files.', '파일 저장 공간이 가득 찼습니다.'],
  read_beyond_end: [422, 'There is no message of that seq yet.', '아직 없는 메시지입니다.'],
  password_common: [422, 'Too many people use this password.', '너무 흔한 비밀번호입니다.'],
  search_text_short: [422, 'Search for two letters or more.', '두 글자 이상으로 검색해 주세요.'],
  idempotency_key_reused: [
    422,
    'The idempotency key was used for another request.',
    '같은 키로 다른 요청을 보낼 수 없습니다.',
  ],
  range_invalid: [
    422,
    'The range ends before it begins, or is too long.',
    '기간이 올바르지 않거나 너무 깁니다.',
  ],
  too_many: [429, 'Too many requests; try again later.', '요청이 너무 많습니다.'],
  headers_too_large: [431, 'The headers are too large.', '요청 헤더가 너무 큽니다.'],
  internal: [500, 'Something went wrong on our side.', '서버 오류가 발생했습니다.'],
  not_ready: [503, 'The server is not ready; try again.', '서버가 준비되지 않았습니다.'],
} as const satisfies Record<string, readonly [status: number, english: string, korean: string]>

export type ProblemCode = keyof typeof PROBLEMS

/** The `type` of a problem: where the code is explained, on the server that answers it. */
export const problemType = (code: ProblemCode): string => `/docs#problem-${code}`

/** An answer that refuses: becomes problem details (RFC 9457) with the stable `code`. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly status: number
  /** What exactly was wrong; shown to the caller, so no secrets. */
  readonly detail: string | undefined
  constructor(code: ProblemCode, detail?: string) {
    super(detail ?? PROBLEMS[code][1])
    this.name = 'Problem'
    this.code = code
    this.status = PROBLEMS[code][0]
    this.detail = detail
  }
}
