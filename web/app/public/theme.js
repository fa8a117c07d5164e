// Loaded as a blocking script: it sets the theme before the first paint. The page's strict
// content security policy forbids inline scripts, hence a file of its own.
(function () {
  var wish = 'system';
  try {
    wish = JSON.parse(localStorage.getItem('klatsch.preferences') || '{}').theme || 'system';
  } catch (error) {
    // Storage is blocked or holds something else: the system's theme it is.
  }
  var dark =
    wish === 'dark' || (wish === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
