/**
 * Opens what a link leads to, where it is folded. It runs in the reader's browser, as its own text: it names nothing outside
 * of itself.
 */
export function openLinked(): void {
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) target.open = true;
    target?.scrollIntoView();
  };
  addEventListener('hashchange', open);
  if (location.hash !== '') open();
}
