/**
 * Countries: ISO 3166 code, English name, and the circle that stands for one where a log names no more than the country.
 * Approximate facts of geography: the middle, and about half of the longest extent, so that "at least so far apart"
 * is never said of two places that may be closer. Overseas parts are left out.
 */
export type CountryPlace = { code: string; name: string; lat: number; lon: number; radiusKm: number }

/** The place of a country by its two-letter code or its English name, in any case, with or without accents; null when there is none such. */
export function countryPlace(codeOrName: string): CountryPlace | null {
  return BY_KEY.get(codeOrName.toLowerCase()) ?? BY_KEY.get(plain(codeOrName)) ?? null
}

/** `US` -> `United States`; null for an unknown code. */
export function countryName(code: string): string | null {
  return code.length === 2 ? (countryPlace(code)?.name ?? null) : null
}

/** `United States` -> `US`, `us` -> `US`; null for an unknown name. */
export function countryCode(nameOrCode: string): string | null {
  return countryPlace(nameOrCode)?.code ?? null
}

/** Other names that logs and people use, without accents. */
const ALIASES = `
US|united states of america
US|usa
US|u.s.
GB|great britain
GB|uk
GB|united kingdom of great britain and northern ireland
GB|england
GB|scotland
GB|wales
RU|russian federation
KR|korea, republic of
KR|republic of korea
KR|korea
KP|korea, democratic people's republic of
IR|iran, islamic republic of
SY|syrian arab republic
VN|viet nam
CZ|czech republic
TR|turkiye
MD|moldova, republic of
MD|republic of moldova
MK|macedonia
TZ|tanzania, united republic of
BO|bolivia, plurinational state of
VE|venezuela, bolivarian republic of
LA|lao people's democratic republic
BN|brunei darussalam
CD|congo, democratic republic of the
CD|congo (drc)
CD|dr congo
CD|democratic republic of the congo
CG|republic of the congo
CI|cote d'ivoire
CI|ivory coast
CV|cabo verde
CV|cape verde
SZ|swaziland
MM|burma
TL|east timor
PS|palestine, state of
PS|palestinian territories
TW|taiwan, province of china
HK|hong kong sar
MO|macao
MO|macao sar
NL|holland
NL|the netherlands
VA|holy see
BS|bahamas, the
GM|gambia, the
FM|micronesia, federated states of
`

const TABLE = `
AD|Andorra|42.5|1.6|20
AE|United Arab Emirates|24|54|270
AF|Afghanistan|33.9|67.7|680
AG|Antigua and Barbuda|17.1|-61.8|35
AI|Anguilla|18.2|-63.1|15
AL|Albania|41.1|20|180
AM|Armenia|40.3|44.9|200
AO|Angola|-12.3|17.5|800
AQ|Antarctica|-82|0|2800
AR|Argentina|-35.4|-65.2|1900
AS|American Samoa|-14.3|-170.7|60
AT|Austria|47.6|14.1|300
AU|Australia|-25.7|134.5|2100
AW|Aruba|12.5|-70|20
AX|Aland Islands|60.2|20|70
AZ|Azerbaijan|40.3|47.5|260
BA|Bosnia and Herzegovina|44.2|17.8|180
BB|Barbados|13.2|-59.6|20
BD|Bangladesh|23.9|90.2|400
BE|Belgium|50.6|4.6|150
BF|Burkina Faso|12.3|-1.8|450
BG|Bulgaria|42.8|25.2|260
BH|Bahrain|26|50.5|30
BI|Burundi|-3.4|29.9|130
BJ|Benin|9.6|2.3|340
BL|Saint Barthelemy|17.9|-62.8|10
BM|Bermuda|32.3|-64.8|15
BN|Brunei|4.5|114.7|85
BO|Bolivia|-16.7|-64.7|800
BQ|Caribbean Netherlands|12.2|-68.3|500
BR|Brazil|-10.8|-53.1|2300
BS|Bahamas|24.3|-76.6|480
BT|Bhutan|27.4|90.4|160
BV|Bouvet Island|-54.4|3.4|10
BW|Botswana|-22.2|23.8|560
BY|Belarus|53.5|28|330
BZ|Belize|17.2|-88.7|150
CA|Canada|61.4|-98.3|2800
CC|Cocos Islands|-12.2|96.8|15
CD|Congo (Kinshasa)|-2.9|23.7|1150
CF|Central African Republic|6.6|20.5|730
CG|Congo (Brazzaville)|-0.8|15.2|650
CH|Switzerland|46.8|8.2|180
CI|Cote d'Ivoire|7.6|-5.6|420
CK|Cook Islands|-19.5|-159.8|750
CL|Chile|-37.7|-71.4|2200
CM|Cameroon|5.7|12.7|650
CN|China|36.6|103.8|2600
CO|Colombia|3.9|-73.1|950
CR|Costa Rica|10|-84.2|230
CU|Cuba|21.6|-79|620
CV|Cabo Verde|16|-24|160
CW|Curacao|12.2|-69|35
CX|Christmas Island|-10.5|105.7|12
CY|Cyprus|35|33.2|120
CZ|Czechia|49.7|15.3|250
DE|Germany|51.1|10.4|440
DJ|Djibouti|11.7|42.6|120
DK|Denmark|56|10|240
DM|Dominica|15.4|-61.4|25
DO|Dominican Republic|18.9|-70.5|200
DZ|Algeria|28.2|2.6|1200
EC|Ecuador|-1.4|-78.8|400
EE|Estonia|58.7|25.5|190
EG|Egypt|26.5|29.9|750
EH|Western Sahara|24.2|-12.2|480
ER|Eritrea|15.4|38.8|480
ES|Spain|40.2|-3.6|600
ET|Ethiopia|8.6|39.6|850
FI|Finland|64.5|26.3|600
FJ|Fiji|-17.8|178|260
FK|Falkland Islands|-51.7|-59.4|140
FM|Micronesia|7.5|153.2|1450
FO|Faroe Islands|62|-6.9|60
FR|France|46.5|2.5|560
GA|Gabon|-0.6|11.8|400
GB|United Kingdom|54.1|-2.9|600
GD|Grenada|12.1|-61.7|20
GE|Georgia|42.2|43.5|290
GF|French Guiana|3.9|-53.2|230
GG|Guernsey|49.5|-2.6|25
GH|Ghana|8|-1.2|380
GI|Gibraltar|36.1|-5.4|5
GL|Greenland|74.7|-41.3|1400
GM|Gambia|13.4|-15.4|170
GN|Guinea|10.4|-10.9|430
GP|Guadeloupe|16.2|-61.4|45
GQ|Equatorial Guinea|1.7|10.3|450
GR|Greece|39.1|22.9|470
GS|South Georgia|-54.4|-36.4|450
GT|Guatemala|15.7|-90.4|250
GU|Guam|13.4|144.8|25
GW|Guinea-Bissau|12|-14.9|170
GY|Guyana|4.8|-58.9|430
HK|Hong Kong|22.4|114.1|35
HM|Heard Island and McDonald Islands|-53.1|73.5|30
HN|Honduras|14.8|-86.6|330
HR|Croatia|45.1|16.4|250
HT|Haiti|18.9|-72.7|160
HU|Hungary|47.2|19.4|260
ID|Indonesia|-2.2|117.2|2600
IE|Ireland|53.2|-8.1|240
IL|Israel|31.5|35|220
IM|Isle of Man|54.2|-4.5|27
IN|India|22.9|79.6|1650
IO|British Indian Ocean Territory|-7.3|72.4|130
IQ|Iraq|33|43.7|500
IR|Iran|32.6|54.3|1100
IS|Iceland|65|-18.6|260
IT|Italy|42.8|12.1|680
JE|Jersey|49.2|-2.1|10
JM|Jamaica|18.2|-77.3|120
JO|Jordan|31.2|36.8|240
JP|Japan|37.6|138|1500
KE|Kenya|0.6|37.8|520
KG|Kyrgyzstan|41.5|74.6|460
KH|Cambodia|12.7|104.9|290
KI|Kiribati|1.9|-157.4|2400
KM|Comoros|-11.9|43.7|95
KN|Saint Kitts and Nevis|17.3|-62.7|25
KP|North Korea|40.2|127.2|380
KR|South Korea|36.4|127.8|320
KW|Kuwait|29.3|47.6|100
KY|Cayman Islands|19.4|-80.9|110
KZ|Kazakhstan|48.2|67.3|1500
LA|Laos|18.5|103.7|550
LB|Lebanon|33.9|35.9|110
LC|Saint Lucia|13.9|-61|22
LI|Liechtenstein|47.1|9.5|13
LK|Sri Lanka|7.6|80.7|220
LR|Liberia|6.5|-9.3|270
LS|Lesotho|-29.6|28.2|130
LT|Lithuania|55.3|23.9|190
LU|Luxembourg|49.8|6.1|45
LV|Latvia|56.9|24.9|230
LY|Libya|27|18|850
MA|Morocco|31.9|-6.3|700
MC|Monaco|43.7|7.4|5
MD|Moldova|47.2|28.5|190
ME|Montenegro|42.8|19.2|100
MF|Saint Martin|18.1|-63.1|10
MG|Madagascar|-19.4|46.7|800
MH|Marshall Islands|8|168|650
MK|North Macedonia|41.6|21.7|110
ML|Mali|17.3|-3.5|950
MM|Myanmar|21.2|96.5|1050
MN|Mongolia|46.8|103.1|1200
MO|Macau|22.2|113.6|10
MP|Northern Mariana Islands|16.3|145.5|350
MQ|Martinique|14.7|-61|40
MR|Mauritania|20.3|-10.3|700
MS|Montserrat|16.7|-62.2|10
MT|Malta|35.9|14.4|25
MU|Mauritius|-20.3|57.6|330
MV|Maldives|3.7|73.2|440
MW|Malawi|-13.2|34.3|430
MX|Mexico|23.9|-102.5|1600
MY|Malaysia|3.8|109.7|1150
MZ|Mozambique|-17.3|35.5|1000
NA|Namibia|-22.1|17.2|780
NC|New Caledonia|-21.3|165.7|260
NE|Niger|17.4|9.4|800
NF|Norfolk Island|-29|168|8
NG|Nigeria|9.6|8.1|650
NI|Nicaragua|12.9|-85|270
NL|Netherlands|52.1|5.3|170
NO|Norway|65|14|950
NP|Nepal|28.2|83.9|430
NR|Nauru|-0.5|166.9|5
NU|Niue|-19.1|-169.9|15
NZ|New Zealand|-41.8|171.5|830
OM|Oman|20.6|56.1|520
PA|Panama|8.5|-80.1|330
PE|Peru|-9.2|-74.4|1050
PF|French Polynesia|-17.7|-149.4|1200
PG|Papua New Guinea|-6.5|145.2|900
PH|Philippines|11.8|122.9|930
PK|Pakistan|29.9|69.3|900
PL|Poland|52.1|19.4|360
PM|Saint Pierre and Miquelon|46.9|-56.3|25
PN|Pitcairn|-24.4|-128.3|300
PR|Puerto Rico|18.2|-66.4|90
PS|Palestine|31.9|35.2|80
PT|Portugal|39.6|-8.5|300
PW|Palau|7.3|134.4|300
PY|Paraguay|-23.2|-58.4|530
QA|Qatar|25.3|51.2|90
RE|Reunion|-21.1|55.5|35
RO|Romania|45.9|25|370
RS|Serbia|44.2|20.8|250
RU|Russia|61.9|96.7|3900
RW|Rwanda|-2|29.9|120
SA|Saudi Arabia|24.1|44.5|1050
SB|Solomon Islands|-8.9|159.6|800
SC|Seychelles|-6|52.5|650
SD|Sudan|16|29.9|950
SE|Sweden|62.8|16.7|800
SG|Singapore|1.4|103.8|27
SH|Saint Helena|-16|-9.5|1900
SI|Slovenia|46.1|14.8|130
SJ|Svalbard and Jan Mayen|78.6|18|600
SK|Slovakia|48.7|19.5|215
SL|Sierra Leone|8.6|-11.8|170
SM|San Marino|43.9|12.5|8
SN|Senegal|14.4|-14.5|360
SO|Somalia|4.8|45.7|900
SR|Suriname|4.1|-55.9|260
SS|South Sudan|7.3|30.2|620
ST|Sao Tome and Principe|0.4|6.7|110
SV|El Salvador|13.7|-88.9|130
SX|Sint Maarten|18|-63.1|8
SY|Syria|35|38.5|420
SZ|Eswatini|-26.6|31.5|95
TC|Turks and Caicos Islands|21.8|-71.8|75
TD|Chad|15.3|18.6|900
TF|French Southern Territories|-49.3|69.4|1800
TG|Togo|8.5|1|290
TH|Thailand|15.1|101|850
TJ|Tajikistan|38.5|71|360
TK|Tokelau|-9.2|-171.8|90
TL|Timor-Leste|-8.8|125.9|150
TM|Turkmenistan|39.1|59.4|580
TN|Tunisia|34.1|9.6|400
TO|Tonga|-20.4|-174.8|330
TR|Turkey|39.1|35.2|800
TT|Trinidad and Tobago|10.5|-61.3|75
TV|Tuvalu|-7.5|178.7|340
TW|Taiwan|23.8|121|210
TZ|Tanzania|-6.3|34.8|650
UA|Ukraine|49|31.4|680
UG|Uganda|1.3|32.4|340
UM|United States Minor Outlying Islands|19.3|166.6|3000
US|United States|39.8|-98.6|2350
UY|Uruguay|-32.8|-56|300
UZ|Uzbekistan|41.8|63.1|730
VA|Vatican City|41.9|12.5|2
VC|Saint Vincent and the Grenadines|13.2|-61.2|40
VE|Venezuela|7.1|-66.2|750
VG|British Virgin Islands|18.5|-64.5|35
VI|U.S. Virgin Islands|18|-64.8|45
VN|Vietnam|16.6|106.3|850
VU|Vanuatu|-16.2|167.7|430
WF|Wallis and Futuna|-13.9|-177.3|120
WS|Samoa|-13.8|-172.2|80
XK|Kosovo|42.6|20.9|80
YE|Yemen|15.9|47.6|560
YT|Mayotte|-12.8|45.1|25
ZA|South Africa|-29|25.1|880
ZM|Zambia|-13.5|27.8|700
ZW|Zimbabwe|-19|29.9|430
`

const BY_KEY: ReadonlyMap<string, CountryPlace> = read()

function read(): Map<string, CountryPlace> {
  const places = new Map<string, CountryPlace>()
  for (const row of rows(TABLE)) {
    const [code, name, lat, lon, radius] = row
    const place = { code: code!, name: name!, lat: Number(lat), lon: Number(lon), radiusKm: Number(radius) }
    places.set(plain(place.code), place)
    places.set(plain(place.name), place)
  }
  for (const [code, alias] of rows(ALIASES)) places.set(plain(alias!), places.get(plain(code!))!)
  return places
}

function rows(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((row) => row.split('|'))
}

function plain(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase()
}
