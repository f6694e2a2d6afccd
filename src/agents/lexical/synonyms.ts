import { root } from './words.ts';

/** Words that people use for one another, whatever the tools are about. Each line is one meaning; a word may stand in several. */
const GROUPS = `
buy purchase order acquire shop
book reserve schedule arrange appointment
find search lookup locate seek discover query browse explore
get retrieve fetch obtain show list display view check read
delete remove erase cancel drop discard clear
create add make generate new insert build register open
update modify change edit adjust set alter revise
send deliver forward dispatch submit
message text sms chat dm notify
email mail inbox
calculate compute determine evaluate work solve estimate
convert exchange transform translate change
movie film cinema theater theatre
song music track tune album artist play playlist concert band
weather temperature forecast rain sunny climate humidity
hotel accommodation lodging stay room hostel airbnb motel inn
house home apartment property rental rent
restaurant eat food dine dinner lunch cuisine meal
flight fly plane airline airport
train rail railway
taxi cab ride uber driver
car vehicle auto automobile
bus coach transit transport
trip travel journey itinerary vacation holiday tour
doctor physician dentist clinic provider
price cost expensive cheap fare rate fee much
distance far long length
speed velocity fast
money fund cash payment pay transfer
bank account balance
stock share ticker equity
company business firm corporation organization
employee staff worker personnel
customer client user
person people individual
job work occupation career
picture image photo
file document
folder directory
delete rm
message post tweet
event meeting appointment calendar
task todo reminder ticket issue
note memo
alarm timer wake
light lamp bulb
tv television
ac air conditioner
thermostat heating temperature
gcd hcf divisor factor
lcm multiple
mean average median
std deviation variance
sum total add plus
subtract minus difference
multiply product times
divide ratio quotient
power exponent
derivative differentiate derive
integral integrate
hypotenuse pythagoras
area size
bug error issue defect
begin start launch run execute
stop end halt terminate finish quit
turn switch
repo repository
db database
config configuration setting
auth authentication login sign
info information detail details data
pic picture
temp temperature
location place address position
city town
country nation
population inhabitants
law legal lawsuit court case
crime criminal
recipe cook cooking bake ingredient dish
diet nutrition calorie calories
exercise workout fitness
game sport match team player league score
book novel author
language translate translation
currency dollar euro exchange usd eur gbp jpy yen pound rupee inr chf cad aud cny
loan mortgage interest credit
invest investment portfolio return
tax income
museum gallery exhibition art painting sculpture
history historical past
gene dna genome protein sequence
planet star space
plant flower garden
pet dog cat animal
recommend suggest suggestion recommendation
compare comparison versus vs
buy ticket
latest recent newest current now today
top best highest popular
lowest cheapest least
near nearby close around closest nearest
phone call mobile
server host instance machine
log logs
deploy release rollout
password credential secret
remind reminder
pay bill invoice
shipment package parcel delivery tracking
review rating
headline news article
comedy comic funny humorous
scary horror
shared pool
luxury black premium
`;

const build = (): Map<string, readonly string[]> => {
  const groups = new Map<string, Set<string>>();
  for (const line of GROUPS.split('\n')) {
    const roots = line.split(' ').filter(Boolean).map(root);
    for (const one of roots) groups.set(one, new Set([...(groups.get(one) ?? []), ...roots]));
  }
  return new Map([...groups].map(([term, others]) => [term, [...others].filter((other) => other !== term)]));
};

const SYNONYMS = build();

/** Other words for a term, as roots. */
export const synonymsOf = (term: string): readonly string[] => SYNONYMS.get(term) ?? [];
