import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import a11y from "eslint-plugin-jsx-a11y";
import react from "eslint-plugin-react";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules", "public", "src/api/schema.d.ts"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "import-x": importX, react, "react-hooks": hooks },
    settings: {
      "import-x/resolver-next": [createTypeScriptImportResolver({ project: "tsconfig.json" })],
      react: { version: "19" },
    },
    rules: {
      "import-x/no-cycle": "error",
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      // Every word that a person reads comes from the catalogue.
      "react/jsx-no-literals": ["error", { noStrings: false, allowedStrings: ["·", "×", "/", "–", "…", "%", "→", "#"] }],
      "react/no-danger": "error",
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@ark-ui/*"], message: "Use our own kit: @/ui." }] },
      ],
    },
  },
  { files: ["**/*.tsx"], ...a11y.flatConfigs.recommended },
  { files: ["src/ui/**"], rules: { "no-restricted-imports": "off" } },
  {
    // The engine draws; it knows neither React nor the studio.
    files: ["src/engine/**"],
    rules: {
      "no-restricted-imports": ["error", { patterns: ["react", "react-dom", "@/ui*", "@/features/*", "@/api*", "@ark-ui/*"] }],
    },
  },
  { files: ["*.js"], extends: [tseslint.configs.disableTypeChecked] },
);
