import { defineConfig } from 'vite'
import { appIcons } from './app-icons.ts'

export default defineConfig({
  plugins: [appIcons()],
  build: {
    outDir: 'dist',
    target: ['chrome123', 'firefox125', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8514', ws: true } } },
})
