export { api, body, onSignedOut, Problem, problemOf } from "./client";
export type { Asked, Asset, Estimate, Fault, Offer, Operation, Provider, Recipe, Resolved, Run, Score, Sending } from "./client";
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
  tokens,
  versionsOf,
  working,
} from "./queries";
