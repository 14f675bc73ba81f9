// A table of rows under names; where there are none it says so.
import type { ComponentChildren } from 'preact'
import { useConsole } from '../console.ts'

export interface Column<Row> {
  readonly name: string
  readonly of: (row: Row) => ComponentChildren
  /** Numbers stand at the right. */
  readonly isNumber?: boolean
}

export interface TableParts<Row> {
  readonly title: string
  readonly rows: readonly Row[] | undefined
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
}

export function Table<Row>({ title, rows, columns, keyOf }: TableParts<Row>) {
  const { texts } = useConsole()
  return (
    <div class="table">
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            {columns.map(({ name, isNumber }) => (
              <th key={name} scope="col" class={isNumber ? 'number' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows?.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ name, of, isNumber }) => (
                <td key={name} class={isNumber ? 'number' : undefined}>
                  {of(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {(rows === undefined || rows.length === 0) && (
        <p class="quiet">{rows === undefined ? texts.loading : texts.none}</p>
      )}
    </div>
  )
}
