// Which catalogue the `sosik` program works on.
export { messenger as catalogue } from '@sosik/contract/catalogue'
