/** What a browser finds at `/` where the console was not built. */
export const landingPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Postern</title>
<h1>Postern is running</h1>
<p>Its console is not built here: <code>npm run build</code> does that, then start it again.</p>
<p>Unless an engine that sends is set, every email is captured instead of sent.</p>
<ul>
<li><a href="/v1/captures">Captured emails</a></li>
<li><a href="/v1/health">Health</a></li>
</ul>
</html>
`
