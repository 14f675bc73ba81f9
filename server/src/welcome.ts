// The first lines that a person sees: where the server is, and what to try.
import type { Config } from './config.ts'

export function welcome(url: string, config: Config): string {
  const kept = config.real
    ? 'Apache Kafka, PostgreSQL and Redis'
    : `embedded, in ${config.dataFolder}`
  return `
Sosik is listening on ${url}  (${kept})

Open it in a browser, or try it in a second shell, as the README shows:
  curl -s ${url}/users -H 'content-type: application/json' \\
    -d '{"email":"mina@example.com","username":"mina","password":"correct horse"}'
${
  config.real
    ? ''
    : `
The operator's console is ${url}/console/ and asks for the token that is kept in
${config.dataFolder}/operator-token, as analytics and metrics do:
  curl -s ${url}/metrics -H "authorization: Bearer $(cat ${config.dataFolder}/operator-token)"
`
}
Stop with Ctrl-C; ${config.real ? 'the parts keep' : 'the folder keeps'} everything.`
}
