// The face's beginning: it is drawn into the page that the server sends.
import { render } from 'preact'
import { App } from './app.tsx'

const root = document.getElementById('console')
if (root !== null) render(<App />, root)
