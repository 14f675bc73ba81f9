// The look of the page: readable in the light and in the dark, and without a font from elsewhere.

export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid; }
h3 { margin: 2rem 0 0.5rem; }
h4 { margin: 1rem 0 0.25rem; }
h3 small { font-weight: normal; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid color-mix(in srgb, currentcolor 20%, transparent);
  padding: 0.25rem 1rem 0.25rem 0; vertical-align: top; overflow-wrap: anywhere; }
code { font: 0.9em ui-monospace, monospace; }
dd { margin: 0 0 0.5rem 1rem; }
small { opacity: 0.7; }
:target { outline: 2px solid; outline-offset: 0.25rem; }
`
