// Signing in, or making an account; the server answers with the cookie, and no script sees it.
import type { Client } from '@sosik/client'
import {
  DISPLAY_NAME_LENGTH_MAX,
  PASSWORD_LENGTH_MAX,
  PASSWORD_LENGTH_MIN,
  register,
  signIn,
  USERNAME_PATTERN,
} from '@sosik/contract/user'
import { useState } from 'preact/hooks'
import { Failure } from '../parts/failure.tsx'
import { Field, typedIn, valueOf } from '../parts/field.tsx'
import { LanguageChoice } from '../texts/language-choice.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { useAction } from './action.ts'
import type { Account } from './messenger.ts'

export interface SignInProps {
  readonly client: Client
  /** The session before was ended from elsewhere. */
  readonly isEnded: boolean
  readonly onSignedIn: (me: Account) => void
}

export function SignIn({ client, isEnded, onSignedIn }: SignInProps) {
  const { texts } = useSpeech()
  const [isNew, setNew] = useState(false)
  const { isBusy, failure, run } = useAction()

  async function enter(form: HTMLFormElement): Promise<void> {
    const { user } = await (isNew ? registered(client, form) : signedIn(client, form))
    onSignedIn(user)
  }

  return (
    <main class="sign-in">
      <img class="sign" src="/web/icon.svg" alt="" />
      <h1>{texts.title}</h1>
      <p class="slogan" role="status">
        {isEnded ? texts.ended : texts.slogan}
      </p>
      <form
        key={String(isNew)}
        onSubmit={(event) => {
          event.preventDefault()
          const form = event.currentTarget
          void run(() => enter(form))
        }}
      >
        {isNew ? <NewFields /> : <KnownFields />}
        <Failure text={failure} />
        <button type="submit" class="primary" disabled={isBusy}>
          {isNew ? texts.register : texts.signIn}
        </button>
      </form>
      <button type="button" class="plain" onClick={() => setNew(!isNew)}>
        {isNew ? texts.toSignIn : texts.toRegister}
      </button>
      <LanguageChoice />
    </main>
  )
}

function KnownFields() {
  const { texts } = useSpeech()
  return (
    <>
      <Field
        label={texts.usernameOrEmail}
        name="username"
        autocomplete="username"
        autocapitalize="none"
        required
      />
      <Password autocomplete="current-password" />
    </>
  )
}

function NewFields() {
  const { texts } = useSpeech()
  return (
    <>
      <Field label={texts.email} name="email" type="email" autocomplete="email" required />
      <Field
        label={texts.username}
        hint={texts.usernameRule}
        name="username"
        autocomplete="username"
        autocapitalize="none"
        pattern={USERNAME_PATTERN}
        required
      />
      <Field
        label={texts.displayName}
        name="name"
        autocomplete="name"
        maxlength={DISPLAY_NAME_LENGTH_MAX}
        required
      />
      <Password
        autocomplete="new-password"
        hint={texts.passwordRule}
        minlength={PASSWORD_LENGTH_MIN}
      />
    </>
  )
}

interface PasswordProps {
  readonly autocomplete: 'current-password' | 'new-password'
  readonly hint?: string
  readonly minlength?: number
}

function Password(props: PasswordProps) {
  const { texts } = useSpeech()
  return (
    <Field
      {...props}
      label={texts.password}
      name="password"
      type="password"
      maxlength={PASSWORD_LENGTH_MAX}
      required
    />
  )
}

function signedIn(client: Client, form: HTMLFormElement) {
  const body = { username: valueOf(form, 'username'), password: typedIn(form, 'password') }
  return client.call(signIn, { body })
}

function registered(client: Client, form: HTMLFormElement) {
  return client.call(register, {
    body: {
      email: valueOf(form, 'email'),
      username: valueOf(form, 'username'),
      display_name: valueOf(form, 'name'),
      password: typedIn(form, 'password'),
    },
  })
}
