const escapes = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);
export const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (char) => escapes.get(char) as string);

const style = `:root{color-scheme:light dark;--bg:#fafafa;--card:#fff;--ink:#18181b;--soft:#52525b;--line:#e4e4e7;--warn:#fff3dd;--warnink:#7a4f00}
@media screen and (prefers-color-scheme:dark){:root{--bg:#0f1013;--card:#17181c;--ink:#f4f4f5;--soft:#b6b8c2;--line:#2c2e36;--warn:#37290f;--warnink:#f1bf61}}
@page{size:A4;margin:14mm}*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:13px/1.45 system-ui,sans-serif}main{max-width:820px;margin:0 auto;padding:20px 16px 40px}
h1{font-size:21px;margin:0}h2{font-size:14px;margin:0 0 8px}p{margin:4px 0;color:var(--soft);overflow-wrap:anywhere}section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px;margin-top:12px;overflow-x:auto;break-inside:avoid}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0}dt{color:var(--soft);font-size:12px}dd{margin:0;font-size:19px;font-weight:600}dd small{display:block;font-size:12px;font-weight:400;color:var(--soft)}
table{border-collapse:collapse;width:100%}th,td{padding:5px 6px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}th:first-child,td:first-child{text-align:left;white-space:normal;overflow-wrap:anywhere}th{font-weight:500;color:var(--soft);font-size:12px}
.warn{background:var(--warn);color:var(--warnink);border-radius:8px;padding:8px 12px;margin-top:10px}.legend span{margin-right:12px;font-size:12px;color:var(--soft)}.legend i{display:inline-block;width:9px;height:9px;border-radius:2px;margin-right:5px}
form{display:flex;flex-wrap:wrap;gap:8px;align-items:end;margin-top:10px}label{display:grid;gap:3px;color:var(--soft);font-size:12px}input,button,.button{font:inherit;height:34px;padding:0 10px;border:1px solid var(--line);border-radius:8px;background:var(--card);color:var(--ink);display:inline-flex;align-items:center;text-decoration:none}
.bar{height:12px;border-radius:3px;background:#2f6bed}svg .over{fill:var(--card)}svg,img{display:block;width:100%;height:auto}@media(max-width:560px){svg text{font-size:20px}svg .more{display:none}}footer{margin-top:16px;color:var(--soft);font-size:12px}@media print{body{background:#fff}form,.button{display:none}section{border-color:#ddd}}`;

/** A whole page without scripts. Everything in it that came from outside is escaped. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex,nofollow"><meta property="og:title" content="${escaped(title)}"><title>${escaped(title)}</title><style>${style}</style></head><body><main>${body}</main></body></html>`;
}
