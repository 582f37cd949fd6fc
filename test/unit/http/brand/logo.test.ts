import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { MOST_LOGO_BYTES, readLogo } from '../../../../src/http/brand/logo.ts'

const NS = 'xmlns="http://www.w3.org/2000/svg"'

const svg = (content: string, attributes = 'viewBox="0 0 24 24"'): Buffer =>
  Buffer.from(`<svg ${NS} ${attributes}>${content}</svg>`)

const chunk = (type: string, data: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)])
}

const png = (width: number, height: number): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(2))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const problemOf = async (bytes: Buffer): Promise<string> => {
  const read = await readLogo(bytes)
  return read.kind === 'problem' ? read.message : ''
}

describe('a logo', () => {
  it.each([
    ['a PNG', png(200, 80), 'image/png'],
    ['an SVG', svg('<path d="M0 0h24v24z"/>'), 'image/svg+xml'],
    [
      'an SVG with a declaration, a document type and a comment',
      Buffer.concat([
        Buffer.from('\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n'),
        Buffer.from('<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">\n'),
        svg(''),
      ]),
      'image/svg+xml',
    ],
    [
      'gradients, filters, styles and references into itself',
      svg(
        '<style>@media (prefers-color-scheme: dark) { path { fill: url(#g) } }</style>' +
          '<defs><linearGradient id="g"><stop offset="0"/></linearGradient>' +
          '<filter id="f"><feGaussianBlur stdDeviation="1"/></filter></defs>' +
          '<use href="#g"/><path style="fill: url(\'#g\')" filter="url(#f)"/>',
      ),
      'image/svg+xml',
    ],
    [
      'a name with what would load something in a style',
      svg('<title>C:\\logo: @import or url(x)</title>'),
      'image/svg+xml',
    ],
    [
      'the notes of drawing programs',
      svg('<i:view xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:zoom="1"/>'),
      'image/svg+xml',
    ],
    [
      'pixels that are in it',
      svg('<image href="data:image/png;base64,iVBORw0KGgo="/>'),
      'image/svg+xml',
    ],
  ])('may be %s', async (_what, bytes, type) => {
    expect(await readLogo(bytes)).toEqual({
      kind: 'logo',
      url: `data:${type};base64,${bytes.toString('base64')}`,
    })
  })

  it.each([
    ['<script>alert(1)</script>', /the element <script>/],
    ['<SCRIPT>alert(1)</SCRIPT>', /the element <SCRIPT>/],
    ['<foreignObject><p/></foreignObject>', /<foreignObject>/],
    ['<h:img xmlns:h="http://www.w3.org/1999/xhtml" src="x"/>', /<img>/],
    ['<iframe src="x"/>', /<iframe>/],
    ['<a href="https://evil.example"><path/></a>', /the element <a>/],
    ['<animate attributeName="href" to="javascript:alert(1)"/>', /<animate>/],
    ['<set attributeName="onload" to="alert(1)"/>', /<set>/],
    ['<path onload="alert(1)"/>', /the script onload on <path>/],
    ['<g OnClick="alert(1)"/>', /the script OnClick/],
    ['<use href="https://evil.example/x.svg#a"/>', /leads to https:\/\/evil/],
    ['<use xmlns:x="http://www.w3.org/1999/xlink" x:href="//evil.example"/>', /x:href/],
    ['<image href="javascript:alert(1)"/>', /leads to javascript/],
    ['<image href="data:image/svg+xml;base64,AAAA"/>', /leads to data:image\/svg/],
    ['<path style="fill: url(https://evil.example)"/>', /loads https:\/\/evil/],
    ['<path fill="url(//evil.example)"/>', /loads \/\/evil/],
    ['<style>@import "https://evil.example";</style>', /@import/],
    ['<style>path { fill: u\\72l(https://evil.example) }</style>', /backslash/],
    ['<style><![CDATA[@import "x";]]></style>', /@import/],
    ['<style>@im<!-- -->port "x";</style>', /@import/],
    ['<style>@im<![CDATA[port "x";]]></style>', /@import/],
    ['<style>path { fill: ur<!-- -->l(https://evil.example) }</style>', /loads https:\/\/evil/],
    ['<style>path { fill: url(https://evil.example</style>', /loads https:\/\/evil/],
    ['<style>svg { background: -webkit-image-set("//evil.example" 1x) }</style>', /image-set\(/],
    ['<path style="background: image(\'//evil.example\')"/>', /image\(/],
    ['<?xml-stylesheet href="x.css"?>', /<\?xml-stylesheet\?>/],
    ['<path>', /no well-formed XML/],
    ['&undefined;', /no well-formed XML/],
  ])('is never an SVG with %s', async (content, message) => {
    expect(await problemOf(svg(content))).toMatch(message)
  })

  it.each([
    [
      'a bomb of entities',
      Buffer.concat([
        Buffer.from('<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>'),
        svg('<text>&b;</text>'),
      ]),
      /declares entities/,
    ],
    ['no SVG', Buffer.from('<html><body/></html>'), /begins with <html>/],
    ['an SVG of no namespace', Buffer.from('<svg viewBox="0 0 1 1"/>'), /begins with <svg>/],
    ['an SVG of no size', svg('', ''), /has no size: give <svg> a viewBox/],
    [
      'no UTF-8',
      Buffer.concat([Buffer.from('<svg>'), Buffer.from([0xff, 0xfe])]),
      /cannot be read/,
    ],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), /neither an SVG nor a PNG/],
    ['an empty file', Buffer.alloc(0), /neither an SVG nor a PNG/],
    ['a PNG cut short', png(1, 1).subarray(0, 20), /cut short/],
    ['a PNG of no size', png(0, 10), /0 by 10 pixels/],
    ['a PNG that is huge', png(5_000, 10), /5000 by 10 pixels: make it at most 4096/],
    ['a long file', Buffer.alloc(MOST_LOGO_BYTES + 1), /has 49153 bytes: make it at most 49152/],
  ])('is refused with a sentence: %s', async (_what, bytes, message) => {
    expect(await problemOf(bytes)).toMatch(message)
  })
})
