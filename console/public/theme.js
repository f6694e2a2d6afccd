// Runs before the first paint, so that a dark room never flashes white.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('wilco.theme');
  } catch {
    chosen = null; // storage may be blocked: the system's choice holds
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
