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
  const mostTries = 8
  let feed, again
  let tries = 0

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

  const leave = (text) => {
    stop(text)
    const link = document.createElement('a')
    link.href = location.href
    link.textContent = 'Load the page anew.'
    said.append(' ', link)
  }

  const statusOf = (url) =>
    fetch(url, { method: 'HEAD', headers: { accept: 'text/event-stream' }, redirect: 'manual' })
      .then(({ status }) => status, () => 0)

  const lost = async (mine, url) => {
    mine.close()
    const status = await statusOf(url)
    if (feed !== mine) return
    if (status === 401 || status === 403) return leave('Not following any longer: your sign-in has ended.')
    tries += 1
    if (tries === mostTries) return leave('Not following any longer: the connection was lost.')
    say('The connection was lost; trying again.')
    again = setTimeout(follow, Math.min(3000 * 2 ** (tries - 1), 60000))
  }

  const follow = () => {
    close()
    const url = new URL(place.dataset.feed, location.href)
    url.searchParams.set('after', after || '0')
    const mine = new EventSource(url)
    feed = mine
    feed.onopen = () => say('Following: new decisions appear at the top.')
    feed.onerror = () => lost(mine, url)
    feed.addEventListener('decision', ({ data }) => {
      tries = 0
      add(JSON.parse(data))
    })
    feed.addEventListener('skipped', ({ data }) => say('Following; ' + JSON.parse(data).count + ' came too fast to be shown.'))
    feed.addEventListener('over', () => {
      tries = 0
      follow()
    })
    feed.addEventListener('full', () => stop('Too many follow already: load the page anew, or try again later.'))
  }

  button.addEventListener('click', () => {
    if (button.textContent === 'Stop') return stop('Not following any longer.')
    button.textContent = 'Stop'
    tries = 0
    follow()
  })
  place.hidden = false
}
`
