/** Regions with their short names and larger towns: enough to write "Boston, MA" where a tool asks for city and state. */
const STATES = `
AL Alabama: Birmingham, Montgomery, Mobile, Huntsville
AK Alaska: Anchorage, Juneau, Fairbanks
AZ Arizona: Phoenix, Tucson, Mesa, Scottsdale, Tempe, Flagstaff, Sedona
AR Arkansas: Little Rock, Fayetteville
CA California: Los Angeles, San Francisco, San Diego, San Jose, Sacramento, Oakland, Fresno, Long Beach, Berkeley, Palo Alto, Santa Barbara, Santa Monica, Anaheim, Irvine, Pasadena, Santa Cruz, Santa Clara, Mountain View, Sunnyvale, Fremont, Riverside, Santa Rosa, Napa, San Mateo, Cupertino, Burbank, Malibu, Mariposa, Walnut Creek, San Rafael, Petaluma, Hayward, Concord, Vallejo, Livermore, Pleasanton, Menlo Park, Redwood City, Healdsburg, Novato, Sonoma, Monterey, Beverly Hills, Hollywood, Inglewood, Oxnard, Modesto, Stockton, Bakersfield
CO Colorado: Denver, Boulder, Colorado Springs, Aspen, Aurora, Fort Collins
CT Connecticut: Hartford, New Haven, Stamford, Bridgeport
DE Delaware: Wilmington, Dover
DC District of Columbia: Washington
FL Florida: Miami, Orlando, Tampa, Jacksonville, Fort Lauderdale, Tallahassee, Naples, Key West, St. Petersburg, Gainesville, Sarasota
GA Georgia: Atlanta, Savannah, Augusta
HI Hawaii: Honolulu, Maui
ID Idaho: Boise
IL Illinois: Chicago, Springfield, Evanston, Naperville, Peoria
IN Indiana: Indianapolis, Bloomington, Fort Wayne
IA Iowa: Des Moines, Iowa City
KS Kansas: Wichita, Topeka
KY Kentucky: Louisville, Lexington
LA Louisiana: New Orleans, Baton Rouge
ME Maine: Bangor, Bar Harbor
MD Maryland: Baltimore, Annapolis, Bethesda, Rockville
MA Massachusetts: Boston, Cambridge, Worcester, Salem, Somerville
MI Michigan: Detroit, Ann Arbor, Grand Rapids, Lansing
MN Minnesota: Minneapolis, St. Paul, Saint Paul, Duluth, Rochester
MS Mississippi: Jackson, Biloxi
MO Missouri: Kansas City, St. Louis, Saint Louis, Branson
MT Montana: Billings, Bozeman, Missoula
NE Nebraska: Omaha, Lincoln
NV Nevada: Las Vegas, Reno, Henderson
NH New Hampshire: Manchester, Nashua
NJ New Jersey: Newark, Jersey City, Princeton, Atlantic City, Hoboken, Trenton
NM New Mexico: Albuquerque, Santa Fe
NY New York: New York City, New York, Buffalo, Albany, Syracuse, Ithaca, Brooklyn, Manhattan, Queens, Yonkers
NC North Carolina: Charlotte, Raleigh, Durham, Asheville, Greensboro
ND North Dakota: Fargo, Bismarck
OH Ohio: Columbus, Cleveland, Cincinnati, Toledo, Dayton, Akron
OK Oklahoma: Oklahoma City, Tulsa
OR Oregon: Portland, Eugene, Bend
PA Pennsylvania: Philadelphia, Pittsburgh, Harrisburg, Allentown
RI Rhode Island: Providence, Newport
SC South Carolina: Charleston, Columbia, Greenville, Myrtle Beach
SD South Dakota: Sioux Falls, Rapid City
TN Tennessee: Nashville, Memphis, Knoxville, Chattanooga
TX Texas: Houston, Dallas, Austin, San Antonio, Fort Worth, El Paso, Arlington, Plano, Galveston, Corpus Christi
UT Utah: Salt Lake City, Provo, Park City, Moab
VT Vermont: Burlington, Stowe
VA Virginia: Richmond, Norfolk, Virginia Beach, Alexandria, Charlottesville
WA Washington: Seattle, Spokane, Tacoma, Bellevue, Redmond, Olympia
WV West Virginia: Morgantown
WI Wisconsin: Milwaukee, Madison, Green Bay
WY Wyoming: Cheyenne, Jackson Hole
`;

const COUNTRIES = `
AE United Arab Emirates: Dubai, Abu Dhabi, Sharjah
AF Afghanistan: Kabul
AR Argentina: Buenos Aires, Cordoba, Mendoza
AT Austria: Vienna, Salzburg, Graz, Innsbruck
AU Australia: Sydney, Melbourne, Brisbane, Perth, Adelaide, Canberra, Hobart, Cairns, Gold Coast, Darwin
BD Bangladesh: Dhaka, Chittagong
BE Belgium: Brussels, Antwerp, Ghent, Bruges
BG Bulgaria: Sofia, Varna
BO Bolivia: La Paz
BR Brazil: Sao Paulo, São Paulo, Rio de Janeiro, Brasilia, Salvador, Recife, Fortaleza
CA Canada: Toronto, Vancouver, Montreal, Ottawa, Calgary, Edmonton, Quebec City, Winnipeg, Halifax
CH Switzerland: Zurich, Geneva, Basel, Bern, Lausanne, Lucerne
CL Chile: Santiago, Valparaiso
CN China: Beijing, Shanghai, Shenzhen, Guangzhou, Chengdu, Hangzhou, Wuhan, Nanjing, Tianjin, Suzhou, Xiamen, Harbin
CO Colombia: Bogota, Medellin, Cartagena, Cali
CR Costa Rica
CU Cuba: Havana
CZ Czech Republic: Prague, Brno
DE Germany: Berlin, Munich, Hamburg, Frankfurt, Cologne, Stuttgart, Dresden, Leipzig, Dusseldorf, Hanover, Bonn, Nuremberg
DK Denmark: Copenhagen, Aarhus
EC Ecuador: Quito
EE Estonia: Tallinn
EG Egypt: Cairo, Alexandria, Luxor, Giza
ES Spain: Madrid, Barcelona, Seville, Valencia, Malaga, Bilbao, Granada
ET Ethiopia: Addis Ababa
FI Finland: Helsinki, Tampere
FR France: Paris, Lyon, Marseille, Nice, Bordeaux, Toulouse, Strasbourg, Lille, Nantes, Cannes
GB United Kingdom: London, Manchester, Edinburgh, Glasgow, Birmingham, Liverpool, Bristol, Oxford, Cambridge, Leeds, Cardiff, Belfast
GR Greece: Athens, Thessaloniki, Santorini
HK Hong Kong
HR Croatia: Zagreb, Dubrovnik, Split
HU Hungary: Budapest
ID Indonesia: Jakarta, Bali, Bandung, Surabaya
IE Ireland: Dublin, Cork, Galway
IL Israel: Tel Aviv, Jerusalem, Haifa
IN India: Mumbai, Delhi, New Delhi, Bangalore, Bengaluru, Hyderabad, Chennai, Kolkata, Pune, Jaipur, Ahmedabad, Goa, Kochi, Lucknow, Noida, Gurgaon
IQ Iraq: Baghdad
IR Iran: Tehran
IS Iceland: Reykjavik
IT Italy: Rome, Milan, Venice, Florence, Naples, Turin, Bologna, Palermo, Pisa, Verona
JM Jamaica: Kingston
JP Japan: Tokyo, Osaka, Kyoto, Yokohama, Sapporo, Nagoya, Fukuoka, Kobe, Hiroshima, Nara
KE Kenya: Nairobi, Mombasa
KH Cambodia: Phnom Penh, Siem Reap
KR South Korea: Seoul, Busan, Incheon
KW Kuwait
LB Lebanon: Beirut
LK Sri Lanka: Colombo
LT Lithuania: Vilnius
LU Luxembourg
LV Latvia: Riga
MA Morocco: Casablanca, Marrakech, Rabat
MC Monaco
MM Myanmar: Yangon
MT Malta: Valletta
MX Mexico: Mexico City, Cancun, Guadalajara, Monterrey, Tijuana, Puebla
MY Malaysia: Kuala Lumpur, Penang
NG Nigeria: Lagos, Abuja
NL Netherlands: Amsterdam, Rotterdam, The Hague, Utrecht, Eindhoven
NO Norway: Oslo, Bergen, Trondheim
NP Nepal: Kathmandu
NZ New Zealand: Auckland, Wellington, Christchurch, Queenstown
PE Peru: Lima, Cusco
PH Philippines: Manila, Cebu, Davao
PK Pakistan: Karachi, Lahore, Islamabad
PL Poland: Warsaw, Krakow, Gdansk, Wroclaw
PT Portugal: Lisbon, Porto, Faro
QA Qatar: Doha
RO Romania: Bucharest
RS Serbia: Belgrade
RU Russia: Moscow, Saint Petersburg, St. Petersburg, Novosibirsk
SA Saudi Arabia: Riyadh, Jeddah, Mecca
SE Sweden: Stockholm, Gothenburg, Malmo
SG Singapore
SI Slovenia: Ljubljana
SK Slovakia: Bratislava
TH Thailand: Bangkok, Phuket, Chiang Mai, Pattaya
TR Turkey: Istanbul, Ankara, Antalya, Izmir
TW Taiwan: Taipei
TZ Tanzania: Dar es Salaam
UA Ukraine: Kyiv, Kiev, Odesa, Lviv
US United States
UY Uruguay: Montevideo
VE Venezuela: Caracas
VN Vietnam: Hanoi, Ho Chi Minh City, Da Nang, Saigon
ZA South Africa: Cape Town, Johannesburg, Durban, Pretoria
`;

const SHORT: Record<string, string> = {
  usa: 'US',
  'u.s.': 'US',
  'u.s.a.': 'US',
  america: 'US',
  'the united states': 'US',
  'united states of america': 'US',
  uk: 'GB',
  'u.k.': 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  britain: 'GB',
  'great britain': 'GB',
  uae: 'AE',
  korea: 'KR',
  holland: 'NL',
  czechia: 'CZ',
};
const ALSO: Record<string, string> = {
  nyc: 'New York City',
  sf: 'San Francisco',
  la: 'Los Angeles',
  'washington d.c.': 'Washington',
  'washington dc': 'Washington',
};

type Region = { code: string; name: string };
type Town = { name: string; state: Region | null; country: Region };

const rowsOf = (table: string): { region: Region; towns: string[] }[] =>
  table
    .trim()
    .split('\n')
    .map((line) => {
      const [head = '', towns = ''] = line.split(': ');
      return { region: { code: head.slice(0, 2), name: head.slice(3) }, towns: towns === '' ? [] : towns.split(', ') };
    });

const US: Region = { code: 'US', name: 'United States' };
const stateRows = rowsOf(STATES);
const countryRows = rowsOf(COUNTRIES);
const states = new Map(stateRows.flatMap(({ region }) => [[region.name.toLowerCase(), region] as const, [region.code, region] as const]));
const countries = new Map(countryRows.map(({ region }) => [region.name.toLowerCase(), region]));
const countryCodes = new Map(countryRows.map(({ region }) => [region.code, region]));
/** A town of both worlds is the first that was listed: of the country's, unless it is only American. */
const towns = new Map<string, Town>();
for (const { region, towns: names } of stateRows)
  for (const name of names) towns.set(name.toLowerCase(), { name, state: region, country: US });
for (const { region, towns: names } of countryRows) {
  for (const name of names) if (!HERE(name)) towns.set(name.toLowerCase(), { name, state: null, country: region });
}

/** Towns whose American namesake is the lesser one. */
function HERE(name: string): boolean {
  return towns.has(name.toLowerCase()) && !/^(?:Manchester|Birmingham|Cambridge|Naples|St\. Petersburg|Alexandria)$/.test(name);
}

/** The state that is meant by a name or by its two letters in capitals. */
export const stateNamed = (text: string): Region | null => states.get(text.toLowerCase()) ?? states.get(text) ?? null;

export const countryNamed = (text: string): Region | null => {
  const short = Object.hasOwn(SHORT, text.toLowerCase()) ? SHORT[text.toLowerCase()] : undefined;
  return countries.get(text.toLowerCase()) ?? countryCodes.get(short ?? text) ?? null;
};

export const townNamed = (text: string): Town | null => {
  const low = text.toLowerCase();
  return towns.get(low) ?? (Object.hasOwn(ALSO, low) ? (towns.get((ALSO[low] ?? '').toLowerCase()) ?? null) : null);
};

/** Whether a text is a place that is known here by itself. */
export const isPlace = (text: string): boolean =>
  townNamed(text) !== null || countryNamed(text) !== null || (text.length > 2 && stateNamed(text) !== null);

export const longestTown = 4;
