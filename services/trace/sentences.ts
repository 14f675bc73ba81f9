// What each place can say of a message, in English and Korean.

interface Sentence {
  readonly en: string
  readonly ko: string
}

export const SENTENCES = {
  not_reached: { en: 'Not come this far.', ko: '아직 여기까지 오지 않았습니다.' },

  message_missing: {
    en: 'There is no such message: it was never accepted.',
    ko: '그런 메시지가 없습니다. 접수된 적이 없습니다.',
  },
  not_a_member: {
    en: 'The person is not in the room now: only members are told.',
    ko: '지금 대화방에 없는 사용자입니다. 참여자에게만 전달됩니다.',
  },
  joined_later: {
    en: 'The person joined the room after the message was said.',
    ko: '메시지가 전송된 뒤에 대화방에 들어온 사용자입니다.',
  },
  message_accepted: { en: 'Accepted and stored.', ko: '접수되어 저장되었습니다.' },
  message_deleted: {
    en: 'Accepted, and deleted since: only its tombstone is told.',
    ko: '접수되었으나 이후 삭제되어 삭제 표시만 전달됩니다.',
  },

  outbox_sent: { en: 'The relay has published it.', ko: '릴레이가 발행했습니다.' },
  outbox_waiting: {
    en: 'Stored, and not published yet: see whether a relay runs and Kafka answers.',
    ko: '저장되었으나 아직 발행되지 않았습니다. 릴레이와 Kafka 상태를 확인하십시오.',
  },
  outbox_held: {
    en: 'Kafka refused an event of the room, which is tried again: `sosik outbox held`.',
    ko: '대화방의 앞선 이벤트를 Kafka가 거부하여 재시도 중입니다. `sosik outbox held`를 확인하십시오.',
  },
  outbox_parked: {
    en: 'The key is parked: Kafka refused an event of the room for good. See `sosik outbox held`.',
    ko: '대화방의 이벤트를 Kafka가 끝내 거부하여 키가 보류되었습니다. `sosik outbox held`를 확인하십시오.',
  },
  outbox_discarded: {
    en: 'An operator has taken the event out of the outbox.',
    ko: '운영자가 아웃박스에서 이벤트를 폐기했습니다.',
  },
  outbox_forgotten: {
    en: 'The outbox has purged what it sent that long ago, or never had it.',
    ko: '오래전에 발행된 항목은 아웃박스에서 정리되었습니다.',
  },

  log_found: { en: 'It lies in Kafka.', ko: 'Kafka에 기록되어 있습니다.' },
  log_missing: {
    en: 'Published by the outbox, and not in the topic: see `sosik outbox republish --help`.',
    ko: '발행되었다고 기록되어 있으나 토픽에 없습니다. `sosik outbox republish`로 다시 발행하십시오.',
  },
  log_forgotten: {
    en: 'Older than the topic keeps records.',
    ko: '토픽의 보관 기간이 지났습니다.',
  },

  group_passed: {
    en: 'The notification group has come past it.',
    ko: '알림 그룹이 처리 위치를 지났습니다.',
  },
  group_behind: {
    en: 'The notification group has not come to it: see `sosik groups lag`.',
    ko: '알림 그룹이 아직 도달하지 않았습니다. `sosik groups lag`를 확인하십시오.',
  },
  group_unknown: {
    en: 'Which record it was is not known any more.',
    ko: '어느 레코드였는지 더는 알 수 없습니다.',
  },

  inbox_handled: { en: 'Handled, once.', ko: '한 번 처리되었습니다.' },
  inbox_dead_letter: {
    en: 'It failed and is a dead letter: see `sosik dlq show`, then redrive it.',
    ko: '처리에 실패하여 데드 레터가 되었습니다. `sosik dlq show`로 확인한 뒤 재처리하십시오.',
  },
  inbox_given_up: {
    en: 'It failed, and an operator has discarded it.',
    ko: '처리에 실패했고 운영자가 폐기했습니다.',
  },
  inbox_forgotten: {
    en: 'The inbox does not hold it: older than it is kept, or skipped.',
    ko: '인박스에 없습니다. 보관 기간이 지났거나 건너뛰었습니다.',
  },

  line_told: { en: "It stands in the person's line.", ko: '사용자의 이벤트 열에 기록되었습니다.' },
  line_not_told: {
    en: 'Handled, and not told: the person was not in the room when it was.',
    ko: '처리되었으나 당시 대화방에 없어 전달되지 않았습니다.',
  },
  line_forgotten: {
    en: 'Older than lines keep events: the person reads it in the history.',
    ko: '이벤트 보관 기간이 지났습니다. 대화 내역에서 읽을 수 있습니다.',
  },

  stream_sent: {
    en: 'Sent to every stream that is open.',
    ko: '열려 있는 모든 스트림에 전송되었습니다.',
  },
  stream_absent: {
    en: 'No stream of the person is open: the next one begins with it.',
    ko: '열려 있는 스트림이 없습니다. 다음 연결에서 전달됩니다.',
  },
  stream_unasked: {
    en: 'Redis is away: the gateways cannot be asked which streams are open.',
    ko: 'Redis에 연결할 수 없어 게이트웨이에 열린 스트림을 물을 수 없습니다.',
  },
  stream_behind: {
    en: 'A stream has not come to it: slow, or its bell was missed; a heartbeat repairs that.',
    ko: '아직 도달하지 못한 스트림이 있습니다. 다음 하트비트에서 복구됩니다.',
  },
} as const satisfies Record<string, Sentence>

export type SentenceCode = keyof typeof SENTENCES
