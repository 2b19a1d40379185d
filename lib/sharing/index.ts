export { reportHtml, reportText } from "./html";
export { reportOf } from "./report";
export {
  addShare,
  forgetPerson,
  isUnlocked,
  listShares,
  noteOpened,
  openShare,
  pageOfShare,
  revokeShare,
  type ShareInput,
  type ShareLink,
  unlockedBy,
  viewOfLink,
} from "./shares";
export { comparisonIn, viewInput } from "./view-input";
export { addView, changeView, defaultViewOf, findView, listViews, removeView, type SavedView, setDefaultView, type Viewer } from "./views";
