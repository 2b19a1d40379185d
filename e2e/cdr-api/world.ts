import { Random } from "./random";

/** The rooms, people and clients that the sample records are made of. */
export interface Room {
  room_id: string;
  name: string | null;
  /** Share of the day's conferences, relative to the others. */
  weight: number;
  /** Usual number of people. */
  size: number;
  minutes: number;
  /** Open round the clock, such as a support desk; others keep office hours. */
  always: boolean;
}

export interface Person {
  ref: string;
  name: string;
  agent: string;
  ip: string;
}

export interface World {
  app_id: string;
  partner_id: string;
  rooms: Room[];
  people: Person[];
  sigservers: string[];
}

const named: [string, number, number, number, boolean][] = [
  ["Board review", 3, 12, 55, false],
  ["Daily stand-up", 9, 11, 18, false],
  ["Support desk 1", 22, 3, 14, true],
  ["Support desk 2", 12, 3, 13, true],
  ["Telehealth A", 16, 2, 21, false],
  ["Telehealth B", 11, 2, 23, false],
  ["Interviews", 8, 3, 42, false],
  ["Town hall", 0.25, 90, 62, false],
  ["Class 7B mathematics", 4, 31, 44, false],
  ["Class 9A physics", 4, 28, 44, false],
  ["बिक्री समीक्षा", 4, 7, 35, false],
  ["தமிழ் பயிற்சி", 2, 14, 50, false],
];

const names = [
  "Asha Rao",
  "Dev Kapoor",
  "Priya Nair",
  "M. Iyer",
  "Sam Thomas",
  "R. Das",
  "Lena Fischer",
  "Vikram Shah",
  "Fatima Sheikh",
  "Arjun Mehta",
  "Neha Gupta",
  "Rohit Verma",
  "Kavya Reddy",
  "Imran Khan",
  "Sara D’Souza",
  "प्रिया शर्मा",
  "अमित कुमार",
  "கார்த்திக் ராஜன்",
  "মিতা সেন",
  "李娜",
  "محمد علي",
  "Zoë Müller",
  "José Álvarez",
  "Olga Иванова",
  "Tom O'Brien",
  "Anita Joshi",
  "Suresh Pillai",
  "Meera Menon",
  "Kiran Patil",
  "Deepak Jain",
];

const desktop = (os: string, product: string) => `Mozilla/5.0 (${os}) AppleWebKit/537.36 (KHTML, like Gecko) ${product} Safari/537.36`;
const windows = "Windows NT 10.0; Win64; x64";
const mac = "Macintosh; Intel Mac OS X 10_15_7";

function agents(random: Random): [string, number][] {
  const chrome = () => `Chrome/${random.whole(138, 142)}.0.0.0`;
  return [
    [desktop(windows, chrome()), 34],
    [desktop(windows, chrome()), 10],
    [desktop(mac, chrome()), 14],
    [desktop("X11; Linux x86_64", chrome()), 3],
    [desktop(windows, `${chrome()} Edg/141.0.0.0`), 8],
    [`Mozilla/5.0 (${windows}; rv:143.0) Gecko/20100101 Firefox/143.0`, 3],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", 2],
    [`Mozilla/5.0 (${mac}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15`, 5],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1", 8],
    ["Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36", 9],
    ["okhttp/4.12.0", 4],
  ];
}

export function makeWorld(seed: string): World {
  const random = new Random(`${seed}/world`);
  const rooms: Room[] = named.map(([name, weight, size, minutes, always]) => ({ room_id: random.hex(24), name, weight, size, minutes, always }));
  for (let index = 1; index <= 140; index++) {
    rooms.push({
      room_id: random.hex(24),
      name: random.chance(0.7) ? `Meeting room ${index}` : null,
      weight: 14 / (index + 6),
      size: random.whole(2, 9),
      minutes: random.whole(12, 60),
      always: false,
    });
  }
  const choices = agents(random);
  const people: Person[] = [];
  for (let index = 0; index < 1_600; index++) {
    const network = random.whole(0, 60);
    people.push({
      ref: random.chance(0.82) ? `emp-${1000 + index}` : "",
      name: index < names.length ? (names[index] as string) : `${random.pick(names)} ${index}`,
      agent: random.weighted(choices),
      ip: random.chance(0.12) ? `2001:db8:${(network + 16).toString(16)}::${random.hex(4)}` : `203.0.${network}.${random.whole(1, 254)}`,
    });
  }
  return {
    app_id: random.hex(24),
    partner_id: random.hex(16),
    rooms,
    people,
    sigservers: ["10.20.0.11", "10.20.0.12", "10.20.1.11", "10.20.1.12"],
  };
}
