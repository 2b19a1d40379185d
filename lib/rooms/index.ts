export { importLabels, type LabelImport, listTags, mirrorLabels, type Room, roomOf, setLabel } from "./labels";
