// A table of rows under names; where there are none it says so.
import type { ComponentChildren } from 'preact'
import { useConsole } from '../console.ts'

export interface Column<Row> {
  readonly name: string
  readonly of: (row: Row) => ComponentChildren
  /**
   * Numbers stand at the right. Texts, which tell or list much, are broken anywhere and take what
   * room there is. All else is short, and stays in a line.
   */
  readonly kind?: 'number' | 'text'
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
    // Whoever has no mouse moves it too, where it is wider than the page.
    <div class="table" role="group" aria-label={title} tabIndex={0}>
      <table>
        <caption>
          <span>{title}</span>
        </caption>
        <thead>
          <tr>
            {columns.map(({ name, kind }) => (
              <th key={name} scope="col" class={kind}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows?.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ name, of, kind }) => (
                <td key={name} class={kind}>
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
