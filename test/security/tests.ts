// The 37 security tests by number, and why some of them have nothing to look at here.

export const TESTS: readonly string[] = [
  'passwords are stored as argon2id, and older hashes are renewed',
  'a crowd that signs in does not hold up messages',
  'an unknown name and a wrong password are told apart by nothing',
  'guessing slows down, and locks nobody out',
  'tokens are random, stored as a hash, new at every sign-in, and end at once',
  'cookies are __Host-, Secure, HttpOnly and SameSite',
  'long and Unicode passwords work, the commonest are refused',
  'changes from other sites are refused and change nothing',
  'a stream from another site is refused before authentication',
  'every answer has the security headers, and none lets another origin in',
  'every route answers everybody as the rule beside it says',
  'who is removed hears no more of the room, and resumes nothing of it',
  'nothing is sent after the commit of a removal',
  'a forged Last-Event-ID answers nothing of others',
  'fields that no route knows are refused and pollute nothing',
  'hostile ids reach neither another channel nor the SQL',
  'hostile texts are one event each, bit for bit',
  'no credential is in a URL, a log line or an error',
  'a stream ends with its session, and does not come back',
  'streams of one person are bounded, and so is what waits for a slow reader',
  'slow and huge requests are cut off',
  'brokers let each principal do what the table says, over SASL_SSL only',
  'a consumer cannot write its source, read foreign dead letters or make topics',
  'a withdrawn ACL is reported, commits nothing and loses nothing',
  'passwords and certificates of Kafka rotate under load',
  'forged records are dead-lettered or known as doubles',
  'hostile records cost bounded time and memory',
  'each process can use the tables that it needs, and no other',
  'canaries are in no log and no metric, and in Redis and Kafka only where they belong',
  'after an erasure nothing can be read, and replays go on',
  'tampered ciphertext is rejected',
  'errors carry no internals, and a log line stays one line',
  'the console has no anonymous page and separate rights',
  'metrics and health tell of nobody',
  'installs run no scripts, and dependencies are complete and few',
  'a spoofed X-Forwarded-For moves no limit',
  'fuzzed requests and records never answer 5xx',
]

/** Only what this product truly does not have. */
export const NOT_APPLICABLE: Readonly<Record<number, string>> = {
  30:
    'no field is encrypted under a key of its person: the document puts the e-mail address in ' +
    'UserRegistered in clear, and the document wins',
  31: 'there is no ciphertext, for the reason of 30',
}
