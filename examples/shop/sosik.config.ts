// Which catalogue the `sosik` program works on here.
export { shop as catalogue } from './catalogue.ts'
