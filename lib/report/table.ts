/**
 * Rows as lines whose columns stand below each other, two spaces apart.
 *
 * @param rows all of the same number of cells; headings are the first row
 * @param right columns that are aligned at their right, for numbers
 */
export function alignedLines(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        right.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd(),
  );
}
