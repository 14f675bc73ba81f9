// The user context's words: its topics, events and routes.
import { days, event, hours, Id, Timestamp, text, topic } from 'sosik/catalogue'
import { Type } from 'typebox'
import { page } from './page.ts'
import { route } from './route.ts'

export const USERNAME_PATTERN = '^[a-z0-9_]{3,30}$'
export const USERNAME_LENGTH_MAX = 30
/** Of what people are looked for by. */
export const USERNAME_BEGINNING_MIN = 2
export const PASSWORD_LENGTH_MIN = 8
export const PASSWORD_LENGTH_MAX = 200
export const DISPLAY_NAME_LENGTH_MAX = 50
export const STATUS_LENGTH_MAX = 200

export const userEvents = topic('user.events', {
  partitions: 3,
  retentionMs: days(7),
  source: '/contexts/user',
})

export const userOnlineStatus = topic('user.online_status', {
  partitions: 6,
  retentionMs: hours(1),
  source: '/contexts/user',
})

export const UserRegistered = event('UserRegistered', {
  topic: userEvents,
  key: 'user_id',
  data: {
    user_id: Id,
    email: text(254),
    username: text(USERNAME_LENGTH_MAX),
    display_name: text(DISPLAY_NAME_LENGTH_MAX),
    timestamp: Timestamp,
  },
  personal: ['email', 'username', 'display_name'],
  example: {
    user_id: 1,
    email: 'mina@example.com',
    username: 'mina',
    display_name: '김미나',
    timestamp: '2026-01-27T10:00:00.000Z',
  },
})

export const UserProfileUpdated = event('UserProfileUpdated', {
  topic: userEvents,
  key: 'user_id',
  data: {
    user_id: Id,
    display_name: text(DISPLAY_NAME_LENGTH_MAX),
    profile_image_url: text(2_000),
    status_message: text(STATUS_LENGTH_MAX),
    timestamp: Timestamp,
  },
  personal: ['display_name', 'profile_image_url', 'status_message'],
  example: {
    user_id: 1,
    display_name: '미나',
    profile_image_url: 'https://example.com/mina.png',
    status_message: '오늘도 좋은 하루',
    timestamp: '2026-01-27T10:05:00.000Z',
  },
})

export const UserOnlineStatusChanged = event('UserOnlineStatusChanged', {
  topic: userOnlineStatus,
  key: 'user_id',
  data: { user_id: Id, is_online: Type.Boolean(), timestamp: Timestamp },
  example: { user_id: 1, is_online: true, timestamp: '2026-01-27T10:06:00.000Z' },
})

/** A person as everybody may see them. */
export const Person = Type.Object({
  user_id: Id,
  username: text(USERNAME_LENGTH_MAX),
  display_name: text(DISPLAY_NAME_LENGTH_MAX),
  profile_image_url: text(2_000),
  status_message: text(STATUS_LENGTH_MAX),
})

/** A person as they see themselves. */
export const Account = Type.Object({
  ...Person.properties,
  email: text(254),
  /** To everybody else I am offline, and nobody learns when I was here. */
  presence_hidden: Type.Boolean(),
})

const Username = Type.String({ pattern: USERNAME_PATTERN })
/** The format alone would let a quoted local part hold blanks and controls. */
const Email = Type.String({ format: 'email', pattern: '^[!-~]+$', maxLength: 254 })
const Password = Type.String({ minLength: PASSWORD_LENGTH_MIN, maxLength: PASSWORD_LENGTH_MAX })
/** One line. */
const DisplayName = Type.String({
  minLength: 1,
  maxLength: DISPLAY_NAME_LENGTH_MAX,
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$',
})
/** Empty, or an absolute address of the web. */
const ImageUrl = Type.String({
  maxLength: 2_000,
  pattern: '^(https?://[^\\s\\u0000-\\u001f\\u007f-\\u009f]+)?$',
})
/** Without NUL, which no PostgreSQL text can hold. */
const WITHOUT_NUL = { pattern: '^[^\\u0000]*$' }

const SignedIn = Type.Object({ user: Account, token: Type.String() })

export const register = route('POST /users', {
  auth: 'nobody',
  access: 'anybody',
  rate: 'register',
  status: 201,
  body: {
    email: Email,
    username: Username,
    password: Password,
    display_name: Type.Optional(DisplayName),
  },
  answer: SignedIn,
  problems: ['username_taken', 'email_taken', 'password_common'],
  says: 'Registers a person and signs them in.',
})

export const signIn = route('POST /sessions', {
  auth: 'nobody',
  access: 'anybody',
  rate: 'sign_in',
  status: 201,
  body: {
    username: Type.String({ ...WITHOUT_NUL, maxLength: 254 }),
    password: text(PASSWORD_LENGTH_MAX),
  },
  answer: SignedIn,
  problems: ['sign_in_failed'],
  says: 'Signs in by username or e-mail address; answers a bearer token and sets the cookie.',
})

export const signOut = route('DELETE /sessions/current', {
  auth: 'user',
  access: 'person',
  status: 204,
  says: 'Ends the session that asks; its event streams close.',
})

export const SESSIONS_LISTED_MAX = 100

/** One of my sign-ins, as long as it lasts. */
const Session = Type.Object({
  session_id: Type.String(),
  created_at: Timestamp,
  /** To the minute; of an open stream to the hour. */
  last_used_at: Timestamp,
  /** The one that asks. */
  is_current: Type.Boolean(),
  /** Such as `Chrome, Windows`; empty where it is not known. */
  device: text(60),
})

export const listSessions = route('GET /sessions', {
  auth: 'user',
  access: 'person',
  answer: page(Session),
  says: 'My sessions, the last used first, at most a hundred.',
})

export const endSession = route('DELETE /sessions/:session_id', {
  auth: 'user',
  access: 'recipient',
  params: { session_id: Type.String({ ...WITHOUT_NUL, maxLength: 100 }) },
  status: 204,
  problems: ['not_found'],
  says: 'Ends one of my sessions; its event streams close.',
})

export const endOtherSessions = route('DELETE /sessions', {
  auth: 'user',
  access: 'person',
  status: 204,
  says: 'Ends all of my sessions but the one that asks.',
})

export const changePassword = route('PUT /me/password', {
  auth: 'user',
  access: 'person',
  rate: 'password',
  status: 204,
  body: { password: text(PASSWORD_LENGTH_MAX), new_password: Password },
  problems: ['password_wrong', 'password_common'],
  says: 'Changes my password and ends all of my other sessions.',
})

export const readMe = route('GET /me', {
  auth: 'user',
  access: 'person',
  answer: Account,
  problems: ['not_found'],
  says: 'Who I am.',
})

export const updateProfile = route('PATCH /me', {
  auth: 'user',
  access: 'person',
  body: {
    display_name: Type.Optional(DisplayName),
    profile_image_url: Type.Optional(ImageUrl),
    status_message: Type.Optional(Type.String({ ...WITHOUT_NUL, maxLength: STATUS_LENGTH_MAX })),
  },
  answer: Account,
  problems: ['not_found'],
  says: 'Changes the fields that are given.',
})

export const setPresence = route('PUT /me/presence', {
  auth: 'user',
  access: 'person',
  body: { hidden: Type.Boolean() },
  answer: Type.Object({ hidden: Type.Boolean() }),
  says: 'Whether I am offline to everybody, and my last time here is kept from them.',
})

export const readUser = route('GET /users/:user_id', {
  auth: 'user',
  access: 'person',
  params: { user_id: Id },
  answer: Person,
  problems: ['not_found'],
  says: 'One person.',
})

export const USERS_FOUND_MAX = 20

export const findUsers = route('GET /users', {
  auth: 'user',
  access: 'person',
  rate: 'search',
  query: {
    username: Type.String({
      ...WITHOUT_NUL,
      minLength: USERNAME_BEGINNING_MIN,
      maxLength: USERNAME_LENGTH_MAX,
    }),
  },
  answer: page(Person),
  says: 'People whose username begins so, at most twenty.',
})
