import type { CardTable as Table } from '../../../src/dispatch/card.ts';
import { Link, pathTo } from '../router.tsx';

/** What `/tasks` or `/metrics` answer. A row about a proposal leads to its card. */
export const CardTable = ({ table, label }: { table: Table; label: string }) => {
  if (table.rows.length === 0) return <p className="told text-muted">{table.empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section className="-mx-4 overflow-x-auto px-4" aria-label={label} tabIndex={0}>
      <table className="w-full border-collapse text-left text-sm">
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column} scope="col" className="whitespace-nowrap border-b py-1.5 pr-4 font-medium text-muted text-xs last:pr-0">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, at) => (
            // Rows have no identity of their own; the list is drawn anew with each answer.
            // biome-ignore lint/suspicious/noArrayIndexKey: as said
            <tr key={at} className="border-b last:border-0">
              {row.cells.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column
                <td key={column} className="told min-w-16 py-2 pr-4 align-top tabular-nums last:pr-0">
                  {column === 0 && row.proposalId ? (
                    <Link
                      href={pathTo.approval(row.proposalId)}
                      className="font-medium text-accent underline decoration-1 underline-offset-3 hover:decoration-2"
                    >
                      {cell}
                    </Link>
                  ) : (
                    cell
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};
