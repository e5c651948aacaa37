export { api, body, onSignedOut, Problem, problemOf } from "./client";
export type { Asset, Estimate, Fault, Offer, Operation, Provider, Recipe, Run, Sending, Style, Template } from "./client";
export {
  assetOf,
  beginRun,
  cache,
  credits,
  keepAsset,
  keepRun,
  me,
  operations,
  OVER,
  providers,
  recipeOf,
  runOf,
  runsOf,
  stylesOf,
  templatesOf,
  tokens,
  versionsOf,
  working,
} from "./queries";
