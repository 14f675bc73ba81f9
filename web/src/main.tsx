// The chat client begins: in the page's language, signed in or not.
import { render } from 'preact'
import { App } from './app.tsx'
import { SpeechProvider } from './texts/speech.tsx'

const root = document.querySelector('#app')
if (root === null) throw new Error('The page has no #app.')
render(
  <SpeechProvider>
    <App />
  </SpeechProvider>,
  root,
)
