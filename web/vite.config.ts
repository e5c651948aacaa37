import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compress } from "./build/compress";

/** A page for those who have a way in, and a small one for whoever comes by a link. */
const at = (name: string) => new URL(name, import.meta.url).pathname;
const server = process.env["GESSO_DEV_SERVER"] ?? "http://127.0.0.1:8420";

export default defineConfig({
  plugins: [react(), tailwindcss(), compress()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: { target: "es2023", sourcemap: false, assetsInlineLimit: 2048, rolldownOptions: { input: { index: at("index.html"), shared: at("shared.html") } } },
  server: { proxy: { "/api": { target: server, ws: true }, "/sign-in": server, "/s/": server } },
});
