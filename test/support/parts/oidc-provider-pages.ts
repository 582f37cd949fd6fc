const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 24rem; margin: 4rem auto; padding: 0 1rem }
label, button { display: block; width: 100%; margin-top: 1rem }
input { width: 100%; box-sizing: border-box }
input, button { font: inherit; padding: .5rem }
.problem { color: light-dark(#b00020, #ff8a95) }`

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${content}
</body>
</html>
`

/** The form that asks who is there. It posts to its own address. */
export const signInPage = (hint: string, problem?: string): string =>
  page(
    'Sign in',
    `${problem === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(problem)}</p>`}
<form method="post">
<label>Name <input name="login" value="${escapeHtml(hint)}" autocomplete="username" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button type="submit" name="action" value="sign-in">Sign in</button>
<button type="submit" name="action" value="cancel" formnovalidate>Cancel</button>
</form>`,
  )

/**
 * Asks before the session at the provider is ended. `form` is the provider's, which the buttons
 * submit.
 */
export const signOutPage = (form: string): string =>
  page(
    'Sign out',
    `${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out everywhere</button>
<button type="submit" form="op.logoutForm">Stay signed in here</button>`,
  )

/** A sentence, and a way on when there is one. */
export const messagePage = (title: string, text: string, wayOn?: string): string => {
  const way =
    wayOn === undefined
      ? ''
      : `<p><a href="${escapeHtml(wayOn)}">Go on to ${escapeHtml(new URL(wayOn).host)}</a></p>`
  return page(title, `<p>${escapeHtml(text)}</p>${way}`)
}
