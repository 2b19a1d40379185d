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
  takeOverShare,
  unlockedBy,
  viewOfLink,
} from "./shares";
export { comparisonIn, keptInput, keptView } from "./view-input";
export { addView, changeView, defaultViewOf, listViews, removeView, type SavedView, seenView, setDefaultView, type Viewer } from "./views";
