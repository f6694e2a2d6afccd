import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const SERVER = 'http://127.0.0.1:3000';
const passOn = Object.fromEntries(['/api', '/status', '/admin'].map((path) => [path, { target: SERVER, changeOrigin: true }]));

export default defineConfig({
  base: '/',
  plugins: [react(), tailwind()],
  server: { proxy: passOn },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The server's policy forbids inline scripts and data: fonts; everything is a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/ },
            { name: 'radix', test: /node_modules[\\/](@radix-ui|radix-ui|@floating-ui|react-remove-scroll|aria-hidden)/ },
          ],
        },
      },
    },
  },
});
