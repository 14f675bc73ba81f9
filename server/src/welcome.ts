// The first lines that a person sees: where the server is, what to try, and who is let in.
import type { Config } from './config.ts'

/** `tokenPath` is where the server keeps the operator's token that it has made. */
export function welcome(url: string, config: Config, tokenPath?: string): string {
  const kept = config.real
    ? 'Apache Kafka, PostgreSQL and Redis'
    : `embedded, in ${config.dataFolder}`
  return `
Sosik is listening on ${url}  (${kept})

Open it in a browser, or try it in a second shell, as the README shows:
  curl -s ${url}/users -H 'content-type: application/json' \\
    -d '{"email":"mina@example.com","username":"mina","password":"correct horse"}'

${operatorLines(url, config, tokenPath)}

Stop with Ctrl-C; ${config.real ? 'the parts keep' : 'the folder keeps'} everything.`
}

function operatorLines(url: string, config: Config, tokenPath: string | undefined): string {
  if (tokenPath !== undefined) {
    return `The operator's console is ${url}/console/ and asks for the token that is kept in
${tokenPath}, as analytics and metrics do:
  curl -s ${url}/metrics -H "authorization: Bearer $(cat ${tokenPath})"`
  }
  if (config.operators.length === 0) {
    return `WARNING: neither OPERATOR_TOKEN nor OPERATORS is set, so that nobody is let into
/console/, /ops, /analytics and /metrics.`
  }
  const console = config.roles.includes('console') ? `${url}/console/, ` : ''
  return `A token of the operators lets into ${console}analytics and metrics.`
}
