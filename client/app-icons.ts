/** The icons of the installed dashboard, drawn when it is built: the brand's mark in white on its blue. */
import { crc32, deflateSync } from 'node:zlib'
import type { Plugin } from 'vite'

type Icon = {
  file: string
  pixels: number
  /** The share of the side that the mark takes. */
  mark: number
  /** The corners' radius, as a share of the side. A system that cuts icons to shape wants none. */
  corner: number
}

// What is inside 80 % of a maskable icon is never cut off.
const ICONS: Icon[] = [
  { file: 'icons/app-192.png', pixels: 192, mark: 0.62, corner: 0.22 },
  { file: 'icons/app-512.png', pixels: 512, mark: 0.62, corner: 0.22 },
  { file: 'icons/app-maskable-512.png', pixels: 512, mark: 0.48, corner: 0 },
]
const BLUE = [0x2f, 0x55, 0xd4] as const

export function appIcons(): Plugin {
  return {
    name: 'app-icons',
    apply: 'build',
    generateBundle() {
      for (const icon of ICONS) {
        this.emitFile({ type: 'asset', fileName: icon.file, source: encodePng(icon.pixels, drawIcon(icon)) })
      }
    },
  }
}

/** Red, green, blue and opacity of each pixel. */
function drawIcon(icon: Icon): Uint8Array {
  const { pixels, mark, corner } = icon
  const rgba = new Uint8Array(pixels * pixels * 4)
  // The mark is described in a box of 32 by 32.
  const scale = (pixels * mark) / 32
  for (let y = 0; y < pixels; y++) {
    for (let x = 0; x < pixels; x++) {
      const at = (y * pixels + x) * 4
      const fromMiddle = [x + 0.5 - pixels / 2, y + 0.5 - pixels / 2] as const
      const ink = covered(markDistance(fromMiddle[0] / scale + 16, fromMiddle[1] / scale + 16.6) * scale)
      BLUE.forEach((blue, i) => (rgba[at + i] = Math.round(blue + (255 - blue) * ink)))
      rgba[at + 3] =
        corner === 0 ? 255 : Math.round(255 * covered(squareDistance(fromMiddle, pixels, corner)))
    }
  }
  return rgba
}

/** How far a point is outside the mark: two strokes that meet below, and a dot between them. */
function markDistance(x: number, y: number): number {
  const strokes = Math.min(segmentDistance(x, y, 4, 7, 16, 27), segmentDistance(x, y, 28, 7, 16, 27)) - 2
  return Math.min(strokes, Math.hypot(x - 16, y - 8) - 3.6)
}

function segmentDistance(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay]
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}

function squareDistance([x, y]: readonly [number, number], side: number, corner: number): number {
  const radius = side * corner
  const inner = side / 2 - radius
  return Math.hypot(Math.max(0, Math.abs(x) - inner), Math.max(0, Math.abs(y) - inner)) - radius
}

/** The share of a pixel that a shape covers whose edge is this many pixels away. */
function covered(distance: number): number {
  return Math.min(1, Math.max(0, 0.5 - distance))
}

/** PNG (ISO/IEC 15948) with 8 bits a channel and no filter. */
function encodePng(side: number, rgba: Uint8Array): Uint8Array {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  head.set([8, 6, 0, 0, 0], 8)
  const rows = Buffer.alloc(side * (side * 4 + 1))
  for (let y = 0; y < side; y++) {
    rows.set(rgba.subarray(y * side * 4, (y + 1) * side * 4), y * (side * 4 + 1) + 1)
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const data = deflateSync(rows, { level: 9 })
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const around = Buffer.alloc(8)
  around.writeUInt32BE(data.length, 0)
  around.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)])
}
