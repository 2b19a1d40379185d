type Group = { label: string | null; pages: readonly (readonly [href: string, name: string])[] };

/** The navigation, group by group. */
export const pageGroups: readonly Group[] = [
  {
    label: null,
    pages: [
      ["/overview", "Overview"],
      ["/usage", "Usage"],
      ["/quality", "Quality"],
      ["/tracks", "Tracks"],
      ["/billing", "Billing"],
      ["/explore", "Explore"],
    ],
  },
  {
    label: "Drill down",
    pages: [
      ["/rooms", "Rooms"],
      ["/conferences", "Conferences"],
      ["/calls", "Calls"],
      ["/people", "People"],
      ["/clients", "Clients and places"],
    ],
  },
  {
    label: "Share",
    pages: [
      ["/reports", "Reports"],
      ["/alerts", "Alerts"],
    ],
  },
  {
    label: "Admin",
    pages: [
      ["/accounts", "Accounts & sync"],
      ["/settings", "Settings"],
    ],
  },
];

export const pages = pageGroups.flatMap((group) => group.pages);
