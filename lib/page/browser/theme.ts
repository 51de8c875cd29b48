/**
 * The switch of colours. It runs in the reader's browser, as its own text: it names nothing outside of itself.
 */
export function theme(): void {
  // Controls that need a script are shown once there is one.
  document.documentElement.classList.add('with-script');
  const choice = document.getElementById('theme');
  if (choice === null) return;
  // A page that is opened from a disk, or in private, may have no storage.
  const remembered = (name?: string): string | null => {
    try {
      if (name !== undefined) localStorage.setItem('runner-fleet-theme', name);
      return localStorage.getItem('runner-fleet-theme');
    } catch {
      return null;
    }
  };
  const show = (name: string) => {
    if (name === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
  };
  const known = remembered();
  const inputs = [...choice.querySelectorAll('input')];
  const chosen = inputs.find(({ value }) => value === known) ?? inputs[0];
  chosen.checked = true;
  show(chosen.value);
  choice.addEventListener('change', (event) => {
    const { value } = event.target as HTMLInputElement;
    remembered(value);
    show(value);
  });
  choice.hidden = false;
}
