import { describe, expect, test } from "vitest";
import { clientOf } from "./agent";

type Row = [agent: string, browser: string | null, version: string | null, os: string | null, device: string | null];

/** `#` is what browsers of Chrome's family begin with, `~` those of an iPhone. */
const whole = (agent: string) =>
  agent
    .replace(/^#\((.*?)\)#/, "Mozilla/5.0 ($1) AppleWebKit/537.36 (KHTML, like Gecko)")
    .replace(/^~/, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)");

const told = (rows: Row[]) =>
  test.each(rows)("%s", (agent, browser, browser_version, os, device) => {
    expect(clientOf(whole(agent))).toEqual({ browser, browser_version, os, device });
  });

const pc = "#(Windows NT 10.0; Win64; x64)#";
const mac = "#(Macintosh; Intel Mac OS X 10_15_7)#";
const phone = "#(Linux; Android 13; SM-A536E)#";
const inApp = "#(Linux; Android 13; SM-A536E Build/TP1A.220624.014; wv)# Version/4.0 Chrome/120.0.6099.144 Mobile Safari/537.36";

describe("usual browsers keep their names", () => {
  told([
    [`${pc} Chrome/141.0.0.0 Safari/537.36`, "Chrome", "141", "Windows", "desktop"],
    [`${mac} Chrome/141.0.0.0 Safari/537.36`, "Chrome", "141", "macOS", "desktop"],
    ["#(X11; Linux x86_64)# Chrome/141.0.0.0 Safari/537.36", "Chrome", "141", "Linux", "desktop"],
    [`${phone} Chrome/141.0.0.0 Mobile Safari/537.36`, "Chrome", "141", "Android", "mobile"],
    ["#(Linux; Android 12; moto g(60) Build/S3RIS32.20)# Chrome/120.0.0.0 Mobile Safari/537.36", "Chrome", "120", "Android", "mobile"],
    ["#(Linux; Android 13; SM-X200)# Chrome/141.0.0.0 Safari/537.36", "Chrome", "141", "Android", "tablet"],
    ["~ CriOS/120.0.6099.119 Mobile/15E148 Safari/604.1", "Chrome", "120", "iOS", "mobile"],
    ["~ FxiOS/121.0 Mobile/15E148 Safari/605.1.15", "Firefox", "121", "iOS", "mobile"],
    ["~ EdgiOS/120.0.2210.116 Version/17.0 Mobile/15E148 Safari/604.1", "Microsoft Edge", "120", "iOS", "mobile"],
    ["~ Version/17.2 Mobile/15E148 Safari/604.1", "Safari", "17", "iOS", "mobile"],
    ["~ Mobile/15E148", "Safari", null, "iOS", "mobile"],
    [
      "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
      "Safari",
      "16",
      "iOS",
      "tablet",
    ],
    // An iPad says the same.
    [`${mac.replace("537.36", "605.1.15")} Version/18.6 Safari/605.1.15`, "Safari", "18", "macOS", "desktop"],
    ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox", "143", "Windows", "desktop"],
    ["Mozilla/5.0 (Android 13; Mobile; rv:121.0) Gecko/121.0 Firefox/121.0", "Firefox", "121", "Android", "mobile"],
    [`${pc} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`, "Microsoft Edge", "141", "Windows", "desktop"],
    [`${phone} Chrome/120.0.0.0 Mobile Safari/537.36 EdgA/120.0.2210.115`, "Microsoft Edge", "120", "Android", "mobile"],
    [`${pc} Chrome/120.0.0.0 Safari/537.36 OPR/106.0.0.0`, "Opera", "106", "Windows", "desktop"],
    ["Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18", "Opera", "12", "Windows", "desktop"],
    [`${pc} Chrome/120.0.0.0 Safari/537.36 Vivaldi/6.5.3206.39`, "Vivaldi", "6", "Windows", "desktop"],
    [`${phone} SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36`, "Samsung Internet for Android", "23", "Android", "mobile"],
    ["#(X11; Linux x86_64)# Ubuntu Chromium/80.0.3987.87 Chrome/80.0.3987.87 Safari/537.36", "Chromium", "80", "Linux", "desktop"],
    ["#(X11; CrOS x86_64 14541.0.0)# Chrome/120.0.0.0 Safari/537.36", "Chrome", "120", "Chrome OS", "desktop"],
    ["Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer", "11", "Windows", "desktop"],
  ]);
});

describe("browsers built on Chrome and Safari are told by their own names", () => {
  told([
    [`${phone} JioSphere/5.0.4 Chrome/120.0.0.0 Mobile Safari/537.36`, "JioSphere", "5", "Android", "mobile"],
    [`${phone} JioPages/4.0.2 Chrome/101.0.4951.41 Mobile Safari/537.36`, "JioPages", "4", "Android", "mobile"],
    [
      "#(Linux; Android 10; JNY-LX1; HMSCore 6.6.0.312)# Chrome/92.0.4515.105 HuaweiBrowser/12.1.0.303 Mobile Safari/537.36",
      "HuaweiBrowser",
      "12",
      "Android",
      "mobile",
    ],
    [
      "#(Linux; U; Android 12; en-us; Redmi Note 11 Build/SKQ1)# Version/4.0 Chrome/112.0.0.0 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.4.0-g",
      "Miui",
      "14",
      "Android",
      "mobile",
    ],
    [`${phone} Version/4.0 Chrome/120.0.0.0 Mobile DuckDuckGo/5 Safari/537.36`, "DuckDuckGo", "5", "Android", "mobile"],
    ["#(X11; Linux x86_64)# HeadlessChrome/120.0.6099.28 Safari/537.36", "HeadlessChrome", "120", "Linux", "bot"],
    ["~ GSA/300.0.598994205 Mobile/15E148 Safari/604.1", "Google Search", "300", "iOS", "mobile"],
  ]);
});

describe("browsers inside apps are told from Chrome and Safari", () => {
  told([
    [inApp, "Android WebView", "120", "Android", "mobile"],
    ["#(Linux; Android 4.4.2; GT-I9505 Build/KOT49H)# Version/4.0 Chrome/30.0.0.0 Mobile Safari/537.36", "Android WebView", "30", "Android", "mobile"],
    [`${inApp} SmartfloMeet/3.2`, "SmartfloMeet", "3", "Android", "mobile"],
    ["~ Mobile/15E148 SmartfloMeet/3.2", "SmartfloMeet", "3", "iOS", "mobile"],
    [`${inApp} [FB_IAB/FB4A;FBAV/440.0.0.30.107;]`, "Facebook", "440", "Android", "mobile"],
    ["~ Mobile/15E148 [FBAN/FBIOS;FBAV/443.0.0.42.107;FBBV/1;FBDV/iPhone15,2]", "Facebook", "443", "iOS", "mobile"],
    [`${inApp} [FB_IAB/Orca-Android;FBAV/430.0.0.0;]`, "Messenger", "430", "Android", "mobile"],
    [`${inApp} Instagram 312.0.0.32.111 Android (33/13; 420dpi; 1080x2194; samsung; SM-A536E)`, "Instagram", "312", "Android", "mobile"],
    ["~ Mobile/15E148 Instagram 312.0.0.20.110 (iPhone15,2; iOS 17_2; en_IN)", "Instagram", "312", "iOS", "mobile"],
    [`${inApp} Line/13.20.0/IAB`, "Line", "13", "Android", "mobile"],
    [`${inApp} MMWEBID/12 MicroMessenger/8.0.44.2502(0x28002C36) WeChat/arm64 Weixin NetType/WIFI`, "WeChat", "8", "Android", "mobile"],
    ["~ Mobile/15E148 WhatsApp/2.23.25", "WhatsApp", "2", "iOS", "mobile"],
    ["~ Mobile/15E148 [LinkedInApp]/9.28.7586", "LinkedIn", "9", "iOS", "mobile"],
    [`${inApp} Telegram-Android/10.5.0 (Samsung SM-A536E; Android 13; SDK 33; AVERAGE)`, "Telegram-Android", "10", "Android", "mobile"],
  ]);
});

describe("what pages are shown by names no product", () => {
  told([
    [`${pc} QtWebEngine/5.15.2 Chrome/87.0.4280.144 Safari/537.36`, "Chrome", "87", "Windows", "desktop"],
    [`${pc} CEF/128.4.12 Chrome/128.0.6613.138 MeetKiosk/1.3 Safari/537.36`, "MeetKiosk", "1", "Windows", "desktop"],
  ]);
});

describe("apps on a desk are told by their own names", () => {
  told([
    [`${mac} Slack/4.35.126 Chrome/118.0.5993.144 Electron/27.1.2 Safari/537.36 Sonic Slack_SSB/4.35.126`, "Slack", "4", "macOS", "desktop"],
    [`${pc} Teams/1.6.00.4472 Chrome/108.0.5359.215 Electron/19.1.8 Safari/537.36`, "Microsoft Teams", "1", "Windows", "desktop"],
    [`${pc} Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.91 Teams/24004.1307.2669.7070`, "Microsoft Teams", "24004", "Windows", "desktop"],
    [`${pc} smartflo-meet/2.1.0 Chrome/120.0.6099.56 Electron/28.0.0 Safari/537.36`, "smartflo-meet", "2", "Windows", "desktop"],
    [`${pc} Smartflo Meet/2.1.0 Chrome/120.0.6099.56 Electron/28.0.0 Safari/537.36`, "Smartflo Meet", "2", "Windows", "desktop"],
    [`${pc} Chrome/120.0.6099.56 Electron/28.0.0 Safari/537.36`, "Electron", "28", "Windows", "desktop"],
    ["MeetDesktop/4.1 (Windows 11; x64)", "MeetDesktop", "4", "Windows", "desktop"],
    ["MeetDesktop/4.1 (win32; x64)", "MeetDesktop", "4", "Windows", "desktop"],
    ["MeetDesktop/4.1 (darwin; arm64)", "MeetDesktop", "4", "macOS", "desktop"],
    ["MeetDesktop/4.1 (macOS 14.2; arm64)", "MeetDesktop", "4", "macOS", "desktop"],
  ]);
});

describe("SDKs and apps of phones are told by their own names", () => {
  told([
    ["EnxRtc iOS SDK/2.3.4 (iOS 17.2; iPhone15,2)", "EnxRtc iOS SDK", "2", "iOS", "mobile"],
    ["EnxRtc iOS SDK/2.3.4 (iPadOS 17.2; iPad13,4)", "EnxRtc iOS SDK", "2", "iOS", "tablet"],
    ["EnxRtc-Android/2.1 (Android 13; SM-A536E)", "EnxRtc-Android", "2", "Android", "mobile"],
    ["EnxRtc-Android/2.1 (Android 13; SM-X200)", "EnxRtc-Android", "2", "Android", "tablet"],
    ["SmartfloMeet/dev (iOS 17.2; arm64)", "SmartfloMeet", null, "iOS", "mobile"],
    ["SmartfloMeet/3.1 (com.smartflo.meet; build:12; iOS 17.2.0) Alamofire/5.8.1", "SmartfloMeet", "3", "iOS", "mobile"],
    ["MyApp/1 CFNetwork/1490.0.4 Darwin/23.2.0", "MyApp", "1", "iOS", "mobile"],
    ["MyApp/202312011530 CFNetwork/1490.0.4 Darwin/23.2.0", "MyApp", "202312011530", "iOS", "mobile"],
    ["Smartflo%20Meet/12 CFNetwork/1490.0.4 Darwin/23.2.0", "Smartflo Meet", "12", "iOS", "mobile"],
    ["%E0%A4%AE%E0%A5%80%E0%A4%9F/12 CFNetwork/1490.0.4 Darwin/23.2.0", "मीट", "12", "iOS", "mobile"],
    ["Smartflo%20Meet (unknown version) CFNetwork/1490.0.4 Darwin/23.2.0", "Smartflo Meet", null, "iOS", "mobile"],
    ["MyApp/1 CFNetwork/978.0.7 Darwin/18.7.0 (x86_64)", "MyApp", "1", "macOS", "desktop"],
    ["MyApp/1 CFNetwork/760.4.2 Darwin/15.4.0 (x86_64) (MacBookPro14%2C1)", "MyApp", "1", "macOS", "desktop"],
    ["okhttp/3.5.0", "okhttp", "3", "Android", "mobile"],
    ["SmartfloMeet/3.1 okhttp/4.12.0", "SmartfloMeet", "3", "Android", "mobile"],
    ["Dalvik/2.1.0 (Linux; U; Android 13; SM-A536E Build/TP1A.220624.014)", "Android app", null, "Android", "mobile"],
    ["Dalvik/2.1.0 (Linux; U; Android 12; SM-T870 Build/5.0)", "Android app", null, "Android", "tablet"],
    ["Dalvik/2.1.0 (Linux; U; Android 13; SM-A536E Build/TP1A) SmartfloMeet/3.2", "SmartfloMeet", "3", "Android", "mobile"],
    ["Dalvik/1.2.0 (Linux; U; Android 2.2.2; HTC Desire Build/FRG83G) [FBLC/de;FBDV/HTC Desire;FBSV/2.2.2]", "Android app", null, "Android", "mobile"],
    ["Dart/3.2 (dart:io)", "Dart", "3", null, null],
    ["python-requests/2.31.0", "python-requests", "2", null, null],
  ]);
});

describe("gateways and telephones are told by their own names", () => {
  told([
    ["SIP gateway/2.1", "SIP gateway", "2", null, null],
    ["Asterisk PBX 18.9.0", "Asterisk PBX", "18", null, null],
    ["FreeSWITCH-mod_sofia/1.10.7-release+git~20211024T163933Z~883d2cb662~64bit", "FreeSWITCH-mod_sofia", "1", null, null],
    ["FPBX-15.0.17(16.9.0)", "FPBX", "15", null, null],
    ["kamailio (5.5.2 (x86_64/linux))", "kamailio", "5", "Linux", null],
    ["PJSUA v2.10 Linux-5.4/x86_64/glibc-2.31", "PJSUA", "2", "Linux", null],
    ["Zoiper rv2.10.20", "Zoiper", "2", null, null],
    ["Zoiper rev.6751", "Zoiper", "6751", null, null],
    ["X-Lite release 4.9.7.1 stamp 83372", "X-Lite", "4", null, null],
    ["Linphone/5.0 (belle-sip/5.0)", "Linphone", "5", null, null],
    ["LinphoneiOS/4.3.0 (Asha's iPhone) LinphoneSDK/4.4.0", "LinphoneiOS", "4", "iOS", "mobile"],
    ["PolycomVVX-VVX_411-UA/5.9.3.2489", "PolycomVVX-VVX_411-UA", "5", null, null],
    ["Yealink SIP-T46S 66.85.0.5", "Yealink SIP-T46S", "66", null, null],
    ["Grandstream HT802 1.0.17.5", "Grandstream HT802", "1", null, null],
    ["Cisco-SIPGateway/IOS-15.4.3.M3", "Cisco-SIPGateway", "15", null, null],
    ["Cisco-CP8841/12.5.1", "Cisco-CP8841", "12", null, null],
    ["Cisco-CUCM12.5", "Cisco-CUCM", "12", null, null],
    ["Mediant SW/v.7.20A.258.750", "Mediant SW", "7", null, null],
  ]);
});

describe("names are short plain texts", () => {
  told([
    ["constructor/1.0", "constructor", "1", null, null],
    ["toString/2", "toString", "2", null, null],
    ["__proto__/3", "__proto__", "3", null, null],
    [`${pc} constructor/1.0 Chrome/120.0.0.0 Safari/537.36`, "constructor", "1", "Windows", "desktop"],
    [`${"n".repeat(60)}/7`, "n".repeat(40), "7", null, null],
    [`${"n".repeat(39)}😀/7`, "n".repeat(39), "7", null, null],
    [`${"n".repeat(39)} n/7`, "n".repeat(39), "7", null, null],
    ["  Meet\u0000\u001b[31m\r\n App/1.2 ", "Meet [31m App", "1", null, null],
    ["Meet%00%0A%E2%80%AEApp/1.2 CFNetwork/1490", "Meet App", "1", "iOS", "mobile"],
    ["100% Meet/1.2", "100% Meet", "1", null, null],
    [`${pc} Chrome/x Safari/537.36 OPR/\u0007x`, "Opera", null, "Windows", "desktop"],
    ["Mozilla/5.0", "Mozilla", "5", null, null],
    ["Mozilla/5.0 (compatible) (of none)", "Mozilla", "5", null, null],
    // Without a version a text may be anything, such as a person's name.
    ["Asha's telephone", null, null, null, null],
    ["N/A", null, null, null, null],
    ["10.2.3", null, null, null, null],
    ["/1.0", null, null, null, null],
    ["%20/1.0", null, null, null, null],
    [" \u0000 ", null, null, null, null],
    ["", null, null, null, null],
  ]);

  test("no agent, no client", () => {
    expect(clientOf(null)).toEqual({ browser: null, browser_version: null, os: null, device: null });
  });
});

test.each(["a", "1", " ", "(", ")", "/", "-", ".", "%", "a ", "a/", "1.", "a/1 ", "((a", "Android ", "FBAN/", "Orca-Android", "darwin/", "\ud83d", "\u0000"])(
  "a long text of %j ends",
  (part) => {
    for (const start of ["", "Mozilla/5.0 (", "Opera/", "Dalvik/2.1 ", "x/1 "]) {
      const { browser } = clientOf(start + part.repeat(100_000));
      expect(browser?.length ?? 0).toBeLessThanOrEqual(40);
    }
  },
);
