export { addView, changeView, defaultViewOf, findView, listViews, removeView, type SavedView, setDefaultView } from "./views";
