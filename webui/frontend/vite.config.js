import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const FORM_EDITOR = fileURLToPath(new URL("node_modules/@bpmn-io/form-js-editor/dist/index.es.js", import.meta.url));

// form-js pins a preact of its own for its editor; its viewer, which the editor draws with, and what we add to its panel
// must use the same one.
const onePreactForForms = {
  name: "one-preact-for-forms",
  enforce: "pre",
  resolveId(source, importer) {
    if (!/^preact(\/|$)/.test(source) || !/\/form-js-viewer\/|\/src\//.test(importer ?? "")) return null;
    return this.resolve(source, FORM_EDITOR, { skipSelf: true });
  },
};

// One entry per island; file names carry a hash, the manifest tells webui/assets.py which.
export default defineConfig({
  base: "/static/dist/",
  publicDir: false,
  plugins: [onePreactForForms],
  build: {
    target: "es2022",
    outDir: "../static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        app: "src/app.ts",
        diagram: "src/diagram.ts",
        difference: "src/difference.ts",
        replay: "src/replay.ts",
        "editor/diagram": "src/editor/diagram.ts",
        "editor/decision": "src/editor/decision.ts",
        "editor/form": "src/editor/form.ts",
        "editor/text": "src/editor/text.ts",
      },
    },
  },
});
