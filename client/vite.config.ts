import { defineConfig } from 'vite'
import { appIcons } from './app-icons.ts'

export default defineConfig({
  plugins: [appIcons()],
  build: {
    outDir: 'dist',
    target: ['chrome123', 'firefox125', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // Small files of their own compress badly: what is looked after, not looked at every day, comes in one.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            {
              name: 'upkeep',
              test: /src[\\/]screens[\\/](?:settings|sources|connect|accounts?|rules?)[\\/]/,
            },
            // Calls are small, and each is for a screen or two.
            { name: 'calls', test: /src[\\/]api[\\/](?!request|calls)/ },
            // What is worked with: an alert, its incident, and the search that its hunts open.
            { name: 'triage', test: /src[\\/]screens[\\/](?:alerts?|incident|search)[\\/]/ },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8514', ws: true } } },
})
