export { api, body, onSignedOut, Problem, problemOf } from "./client";
export type { Asset, Estimate, Fault, Finding, Kit, KitIn, Offer, Operation, Provider, Recipe, Run, Sending, Style, Template } from "./client";
export {
  assetOf,
  beginRun,
  cache,
  credits,
  keepAsset,
  keepRun,
  kits,
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
