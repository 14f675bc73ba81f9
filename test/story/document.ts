// The document as a story over HTTP and SSE: every event from its real cause to its effects.
import { randomBytes } from 'node:crypto'
import { friendsPart } from './apart.ts'
import { attentionIsPaid } from './attention.ts'
import { messagesChange } from './changes.ts'
import {
  countersAreRebuilt,
  everythingIsCounted,
  messagesAreTraced,
  metricsTell,
  readCounts,
} from './counts.ts'
import { filesAreSent } from './files.ts'
import { friendsAreMade } from './friends.ts'
import { groupsChange } from './groups.ts'
import { peopleListen, peopleMeet, presenceIsSeen } from './people.ts'
import { profilesFollow, streamsResume, theyTalk } from './rooms.ts'
import { sessionsEnd } from './sessions.ts'
import type { Story } from './steps.ts'

/** What a story is told to. */
export interface Told {
  readonly url: string
  /** Of its processes where they are several. */
  readonly processUrls?: readonly string[]
}

/** Tells the whole story; usernames are new each time, so it can be told again. */
export async function tellDocument(story: Story, told: Told): Promise<void> {
  const { url: baseUrl, processUrls = [baseUrl] } = told
  const suffix = randomBytes(4).toString('hex')
  const before = await readCounts(baseUrl)
  const people = await peopleMeet(story, baseUrl, suffix)
  try {
    await peopleListen(story, people)
    await friendsAreMade(story, people)
    const roomId = await theyTalk(story, people)
    await groupsChange(story, people)
    await messagesChange(story, people, roomId)
    await filesAreSent(story, people, roomId)
    await attentionIsPaid(story, people, roomId)
    await profilesFollow(story, people, roomId)
    await streamsResume(story, people, roomId)
    await messagesAreTraced(story, baseUrl, people, roomId)
    await friendsPart(story, people, roomId)
    await sessionsEnd(story, baseUrl, people, suffix)
    await presenceIsSeen(story, baseUrl, people, suffix)
    await countersAreRebuilt(story, baseUrl, people, roomId)
    await everythingIsCounted(story, baseUrl, people, before)
    await metricsTell(story, processUrls)
  } finally {
    for (const one of Object.values(people)) one.close()
  }
}
