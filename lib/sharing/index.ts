export { addView, changeView, defaultViewOf, listViews, removeView, type SavedView, setDefaultView } from "./views";
