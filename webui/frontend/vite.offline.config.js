import { defineConfig } from "vite";

// Replay as two plain files beside a page that is opened from a folder: no modules, which browsers refuse to load there.
export default defineConfig({
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "../static/dist",
    emptyOutDir: false,
    lib: { entry: "src/replay-offline.ts", formats: ["iife"], name: "BihuanReplay", fileName: () => "replay-offline.js", cssFileName: "replay-offline" },
  },
});
