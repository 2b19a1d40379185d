import type { ShareInput } from "@/lib/sharing";

/** What a link is made with: live, with names, and otherwise as little as there can be. */
export const shareInput = (more: Partial<ShareInput> & Pick<ShareInput, "query">): ShareInput => ({
  title: "Shared",
  note: "",
  page: "overview",
  period: null,
  kind: "live",
  expiresAt: null,
  passwordHash: null,
  showCost: false,
  showNames: true,
  allowDownload: false,
  allowDays: false,
  embedIn: "",
  ...more,
});
