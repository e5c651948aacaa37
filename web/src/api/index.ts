export { api, body, onSignedOut, Problem, problemOf } from "./client";
export type { Asset, Cell, Comparison, Estimate, Fault, Offer, Operation, Plan, Provider, Recalled, Recipe, Run, Sending } from "./client";
export {
  assetOf,
  beginRun,
  cache,
  comparisonOf,
  comparisons,
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
  tokens,
  versionsOf,
  working,
} from "./queries";
