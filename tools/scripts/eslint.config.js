import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    // The page's scripts are joined to one plain script: no modules, and each begins with "use strict".
    files: ["src/**/*.js", "tests/**/*.js"],
    languageOptions: {
      sourceType: "script",
      globals: { ...globals.browser, L: "readonly", mineralmap: "writable", mineralmapSettings: "readonly" },
    },
    rules: {
      eqeqeq: "error",
      "no-implicit-globals": "off",
      "no-redeclare": "off",
      "no-unused-vars": [
        "error",
        { varsIgnorePattern: "^(mineralmap|mapScriptTests)$", argsIgnorePattern: "^_" },
      ],
      "no-var": "off",
      "prefer-const": "error",
      strict: ["error", "global"],
    },
  },
  {
    // Joined behind the page's scripts.
    files: ["tests/**/*.js"],
    rules: { strict: "off" },
  },
  {
    files: ["tools/**/*.js"],
    languageOptions: { sourceType: "module", globals: globals.node },
  },
];
