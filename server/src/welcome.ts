// The first lines that a person sees: where the server is, what to try, and who is let in.
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

${operatorLines(url, config)}

Stop with Ctrl-C; ${config.real ? 'the parts keep' : 'the folder keeps'} everything.`
}

/** Embedded parts are never without a token: the server makes one. */
function operatorLines(url: string, { real, operatorToken, dataFolder, roles }: Config): string {
  if (operatorToken === undefined) {
    return `WARNING: OPERATOR_TOKEN is not set, so that nobody is let into
/console/, /ops, /analytics and /metrics.`
  }
  if (real !== undefined) {
    const console = roles.includes('console') ? `${url}/console/, ` : ''
    return `OPERATOR_TOKEN lets into ${console}analytics and metrics.`
  }
  return `The operator's console is ${url}/console/ and asks for the token that is kept in
${dataFolder}/operator-token, as analytics and metrics do:
  curl -s ${url}/metrics -H "authorization: Bearer $(cat ${dataFolder}/operator-token)"`
}
