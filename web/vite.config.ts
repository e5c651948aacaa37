import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compress } from "./build/compress";

const server = process.env["GESSO_DEV_SERVER"] ?? "http://127.0.0.1:8420";

export default defineConfig({
  plugins: [react(), tailwindcss(), compress()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: { target: "es2023", sourcemap: false, assetsInlineLimit: 2048 },
  server: { proxy: { "/api": { target: server, ws: true }, "/sign-in": server } },
});
