import { alignedLines } from '../../lib/report/table';

test('columns stand below each other, numbers at their right, without spaces at the end', () => {
  const rows = [
    ['runner', 'jobs', ''],
    ['a', '20', 'spot'],
    ['longer-name', '5', ''],
  ];
  expect(alignedLines(rows, [1])).toEqual([
    'runner       jobs',
    'a              20  spot',
    'longer-name     5',
  ]);
  expect(alignedLines([])).toEqual([]);
});
