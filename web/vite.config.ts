import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compress } from "./build/compress";

/** A page for those who have a way in, and a small one for whoever comes by a link. */
const at = (name: string) => new URL(name, import.meta.url).pathname;
/** What that small page is made of, and what the build lays into both: it waits for nothing of the large one. */
const LINKED = /[\\/]shared\.html|[\\/]src[\\/](shared[\\/]|i18n[\\/]\w+[\\/]shared\.json)|preload-helper|modulepreload-polyfill|rolldown[\\/]runtime/;
const server = process.env["GESSO_DEV_SERVER"] ?? "http://127.0.0.1:8420";

export default defineConfig({
  plugins: [react(), tailwindcss(), compress()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    target: "es2023",
    sourcemap: false,
    assetsInlineLimit: 2048,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 640,
    rolldownOptions: {
      input: { index: at("index.html"), shared: at("shared.html") },
      output: {
        chunkFileNames: ({ name }) => `assets/${name.split("~", 1)[0]}-[hash].js`,
        // Left to itself, the build cuts a file for every set of pages that share something, and a page is eighty requests.
        codeSplitting: {
          groups: [
            { name: "first", tags: ["$initial"], test: (id) => !LINKED.test(id), priority: 3 },
            { name: "icons", test: /[\\/]lucide-react[\\/]/, priority: 2 },
            { name: "shared", minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 8_000, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": { target: server, ws: true }, "/sign-in": server, "/s/": server } },
});
