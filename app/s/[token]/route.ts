import { escaped, htmlPage } from "@/lib/html";
import { isUnlocked, noteOpened, openShare, pageOfShare, reportHtml } from "@/lib/sharing";
import { cookieOf, daysOf, htmlResponse, mayChoose, orProblem, sharedHeaders, tooMany } from "./shared";

type Context = { params: Promise<{ token: string }> };

/** The same for a link that never was, one that ended and one that was taken back. */
const gone = htmlPage("Not available", "<h1>This link is not available</h1><p>It may have ended or been taken back. Ask whoever sent it for a new one.</p>");

const passwordForm = (token: string, wrong: boolean) =>
  htmlPage(
    "Password needed",
    `<h1>This report needs a password</h1>${wrong ? '<p class="warn">That was not the password.</p>' : ""}<form method="post" action="/s/${escaped(token)}/unlock"><label>Password<input type="password" name="password" required autofocus autocomplete="current-password"></label><button>Open</button></form>`,
  );

/** A shared report: one page without scripts, of the link's view alone. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { token } = await params;
  return orProblem(() => pageOf(request, token));
}

async function pageOf(request: Request, token: string): Promise<Response> {
  const share = await openShare(token);
  if (!share) return htmlResponse(gone, 404, sharedHeaders());
  const headers = sharedHeaders(share.embedIn);
  if (!isUnlocked(share, cookieOf(request, share))) return htmlResponse(passwordForm(token, new URL(request.url).searchParams.has("wrong")), 401, headers);
  const days = daysOf(request);
  // Other days are other figures to be made: nobody may have them made without end.
  if (share.allowDays && days.from !== undefined && !mayChoose(request, share)) return htmlResponse(tooMany, 429, headers);
  noteOpened(share.id);
  const html = await pageOfShare(share, days, (report) => {
    const chosen = share.allowDays && share.snapshot === null;
    const query = chosen ? `?from=${report.from}&to=${report.to}` : "";
    const head = [
      chosen
        ? `<form method="get"><label>From<input type="date" name="from" value="${report.from}"></label><label>To<input type="date" name="to" value="${report.to}"></label><button>Show these days</button></form>`
        : "",
      share.allowDownload
        ? `<form><a class="button" href="/s/${escaped(token)}/figures.csv${query}" download>CSV</a><a class="button" href="/s/${escaped(token)}/figures.xlsx${query}" download>XLSX</a></form>`
        : "",
    ].join("");
    const frozen = share.snapshot === null ? {} : { frozenAt: report.madeAt };
    return reportHtml(report, { title: share.title, note: share.note, head, ...frozen });
  });
  return htmlResponse(html, 200, headers);
}
