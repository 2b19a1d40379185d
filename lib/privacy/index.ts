export { erasePerson, personData } from "./person";
export { purgeDue, startPurging } from "./retention";
