import { defineConfig } from "vite";

// One entry per island; file names carry a hash, the manifest tells webui/assets.py which.
export default defineConfig({
  base: "/static/dist/",
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "../static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    rolldownOptions: { input: { app: "src/app.ts", diagram: "src/diagram.ts", replay: "src/replay.ts" } },
  },
});
