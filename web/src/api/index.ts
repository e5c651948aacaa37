export { api, body, onSignedOut, Problem, problemOf } from "./client";
export type { Asked, Asset, Cell, Comparison, Estimate, Fault, Offer, Operation, Plan, Provider, Recalled, Recipe, Resolved, Run, Score, Sending, Style, Template } from "./client";
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
  stylesOf,
  templatesOf,
  tokens,
  versionsOf,
  working,
} from "./queries";
