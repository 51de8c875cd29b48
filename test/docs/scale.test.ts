import { readFileSync } from 'node:fs';
import { SCALE_PAGE, scalePage } from '../../tools/scripts/scale-page';

test('the figures of docs/scale.md are the planner’s (npm run docs writes them anew)', () => {
  const page = readFileSync(SCALE_PAGE, 'utf8');
  expect(page).toMatch(/\| jobs at once \| 5,000 \| 20,000 \| 100,000 \|/);
  expect(scalePage(page)).toBe(page);
});
