/**
 * The script of the console: it makes the latest decisions follow. Whatever it is told is put into
 * the page as text.
 */
export const CONSOLE_SCRIPT = `'use strict'
const place = document.getElementById('follow')
const said = document.getElementById('following')
const rows = document.getElementById('decisions')
if (place && said && rows) {
  const button = place.querySelector('button')
  const mostRows = 200
  let after = place.dataset.after
  let feed, again

  const say = (text) => { said.textContent = text }

  const cell = (text, at, tone) => {
    const made = document.createElement(at === 0 ? 'th' : 'td')
    if (at === 0) made.scope = 'row'
    const span = document.createElement('span')
    span.className = at === 2 ? tone : 'text'
    span.textContent = text
    made.append(span)
    return made
  }

  const add = ({ number, tone, cells }) => {
    after = String(number)
    const row = document.createElement('tr')
    row.append(...cells.map((text, at) => cell(text, at, tone)))
    rows.prepend(row)
    while (rows.rows.length > mostRows) rows.lastElementChild.remove()
  }

  const close = () => {
    clearTimeout(again)
    if (feed) feed.close()
    feed = undefined
  }

  const stop = (text) => {
    close()
    button.textContent = 'Follow'
    say(text)
  }

  const follow = () => {
    close()
    const url = new URL(place.dataset.feed, location.href)
    url.searchParams.set('after', after || '0')
    feed = new EventSource(url)
    feed.onopen = () => say('Following: new decisions appear at the top.')
    feed.onerror = () => {
      close()
      say('The connection was lost; trying again.')
      again = setTimeout(follow, 3000)
    }
    feed.addEventListener('decision', ({ data }) => add(JSON.parse(data)))
    feed.addEventListener('skipped', ({ data }) => say('Following; ' + JSON.parse(data).count + ' came too fast to be shown.'))
    feed.addEventListener('over', follow)
    feed.addEventListener('full', () => stop('Too many follow already: load the page anew, or try again later.'))
  }

  button.addEventListener('click', () => {
    if (button.textContent === 'Stop') return stop('Not following any longer.')
    button.textContent = 'Stop'
    follow()
  })
  place.hidden = false
}
`
