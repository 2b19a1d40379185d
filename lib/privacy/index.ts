export { erasePerson, personData } from "./person";
export { lastPurge, purgeDue, startPurging } from "./retention";
