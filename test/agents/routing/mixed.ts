import { type Case, cases, either, maybe, tool } from './case.ts';

const searchBooks = tool('library.search_books', 'Search the catalogue of the library for books.', {
  author: ['string', 'Author of the book.'],
  title: ['string', 'Title of the book.'],
  genre: ['string', 'Genre of the book.', ['fantasy', 'crime', 'biography', 'poetry']],
});
const borrow = tool('library.reserve_book', 'Reserve a book at a branch of the library.', {
  title: ['string!', 'Title of the book.'],
  branch: ['string!', 'Name of the branch.'],
  member_id: ['string', 'Id of the member.'],
});
const fine = tool('library.pay_fine', 'Pay an open fine of a member of the library.', {
  member_id: ['string!', 'Id of the member.'],
  amount: ['number!', 'Amount to pay.'],
});

const createUser = tool('iam.create_user', 'Create a user account.', {
  username: ['string!', 'Login of the user.'],
  role: ['string!', 'Role of the user.', ['admin', 'editor', 'viewer']],
  email: ['string', 'E-mail address.'],
});
const resetPassword = tool('iam.reset_password', 'Reset the password of a user.', { username: ['string!', 'Login of the user.'] });
const disableUser = tool('iam.disable_user', 'Disable a user account.', {
  username: ['string!', 'Login of the user.'],
  reason: ['string', 'Why it is disabled.'],
});

const startVm = tool('compute.start_instance', 'Start a virtual machine.', {
  instance_id: ['string!', 'Id of the instance.'],
  region: ['string', 'Region of the cloud.', ['us-east-1', 'us-west-2', 'eu-west-1']],
});
const stopVm = tool('compute.stop_instance', 'Stop a virtual machine.', {
  instance_id: ['string!', 'Id of the instance.'],
  force: ['boolean', 'Whether to force it. Default is false.'],
});
const resize = tool('compute.resize_disk', 'Resize the disk of a virtual machine.', {
  instance_id: ['string!', 'Id of the instance.'],
  size_gb: ['integer!', 'New size in GB.'],
});

const salary = tool('payroll.net_salary', 'Net salary after tax.', {
  gross: ['number!', 'Gross yearly salary.'],
  country: ['string!', 'Country where the tax is paid.'],
  married: ['boolean', 'Whether the person is married.'],
});
const leave = tool('hr.request_leave', 'Request leave for an employee.', {
  employee: ['string!', 'Name of the employee.'],
  start_date: ['string!', 'First day in the format YYYY-MM-DD.'],
  end_date: ['string!', 'Last day in the format YYYY-MM-DD.'],
  type: ['string', 'Kind of leave.', ['vacation', 'sick', 'parental']],
});
const interview = tool('hr.schedule_interview', 'Schedule an interview with a candidate.', {
  candidate: ['string!', 'Name of the candidate.'],
  interviewer: ['string!', 'Name of the interviewer.'],
  date: ['string!', 'Date in the format DD.MM.YYYY.'],
  time: ['string', 'Time in the format HH:MM.'],
});

const doctor = tool('Services_4_FindProvider', 'Find a therapist or doctor by city and type.', {
  city: ['string!', "City and state, such as 'Berkeley, CA'."],
  type: ['string!', 'Kind of provider.', ['Psychologist', 'Family Counselor', 'Psychiatrist', 'General Practitioner', 'Dermatologist']],
  insurance_accepted: ['boolean', 'Whether insurance is accepted. Default is true.'],
});
const appointment = tool('Services_4_BookAppointment', 'Book an appointment with a therapist or doctor.', {
  therapist_name: ['string!', 'Name of the therapist.'],
  appointment_date: ['string!', 'Date of the appointment in the format YYYY-MM-DD.'],
  appointment_time: ['string!', 'Time of the appointment in the format HH:MM.'],
});
const salon = tool('Services_1_FindStylist', 'Find a hair stylist in a city.', {
  city: ['string!', "City, such as 'San Jose'."],
  is_unisex: ['boolean', 'Whether the salon is unisex. Default is false.'],
});

const shares = tool('travel.rent_car', 'Rent a car in a city.', {
  pickup_city: ['string!', 'City where the car is picked up.'],
  start_date: ['string!', 'First day, YYYY-MM-DD.'],
  end_date: ['string!', 'Last day, YYYY-MM-DD.'],
  car_type: ['string', 'Kind of car.', ['Compact', 'Standard', 'Full-size', 'SUV']],
});
const attractions = tool('Travel_1_FindAttractions', 'Find sights in a city.', {
  location: ['string!', "The city, in the format of 'City, State' or 'City, Country'."],
  category: ['string', 'Kind of sight.', ['Museum', 'Park', 'Garden', 'Theme Park', 'Historical Landmark']],
  free_entry: ['boolean', 'Whether the entry is free.'],
  good_for_kids: ['boolean', 'Whether it is good for kids.'],
});
const events = tool('Events_3_FindEvents', 'Find events in a city on a date.', {
  event_type: ['string!', 'Kind of event.', ['Music', 'Theater', 'Sports']],
  city: ['string!', "The city, in the format of 'City, State'."],
  date: ['string', 'Date in the format YYYY-MM-DD.'],
});
const tickets = tool('Events_3_BuyEventTickets', 'Buy tickets for an event.', {
  event_name: ['string!', 'Name of the event.'],
  number_of_tickets: ['integer!', 'Number of tickets.'],
  date: ['string!', 'Date in the format YYYY-MM-DD.'],
});

const factorial = tool('math.factorial', 'Compute the factorial of a number.', { number: ['integer!', 'The number.'] });
const capital = tool('country.capital', 'Capital of a country.', { country: ['string!', 'Name of the country.'] });
const population = tool('country.population', 'Population of a country in a year.', {
  country: ['string!', 'Name of the country.'],
  year: ['integer', 'The year.'],
});
const gdp = tool('country.gdp', 'Gross domestic product of a country over years.', {
  country: ['string!', 'Name of the country.'],
  start_year: ['integer!', 'First year.'],
  end_year: ['integer!', 'Last year.'],
});
const weather = tool('weather.now', 'Current weather of a city.', { city: ['string!', 'Name of the city.'] });
const remind = tool('reminder.create', 'Create a reminder.', {
  text: ['string!', 'What to be reminded of.'],
  time: ['string!', 'When, in the format HH:MM.'],
});
const volume = tool('device.set_volume', 'Set the volume of the speaker.', { volume: ['integer!', 'Volume from 0 to 100.'] });

const paint = tool('paint_needed', 'Paint needed for a wall.', {
  length: ['integer!', 'Length of the wall in feet.'],
  height: ['integer!', 'Height of the wall in feet.'],
  coverage: ['integer', 'Square feet per gallon. Default is 400.'],
});
const artwork = tool('museum.artwork_info', 'Details of a work of art.', {
  artist: ['string!', 'Name of the artist.'],
  title: ['string!', 'Title of the work.'],
  detail: ['string', 'Which detail.', ['size', 'year', 'material']],
});
const mix = tool('color.mix', 'Mix two colors.', {
  color1: ['string!', 'First color.'],
  color2: ['string!', 'Second color.'],
  lightness: ['integer', 'Lightness in percent.'],
});

const leader = tool('history.leader', 'Leader of a country in a year.', {
  country: ['string!', 'The country.'],
  year: ['integer!', 'The year.'],
});
const battle = tool('history.event_date', 'Date of an event of history.', { event: ['string!', 'Name of the event.'] });
const invention = tool('history.inventor', 'Who invented a thing.', { invention: ['string!', 'The thing that was invented.'] });

const standings = tool('sports.league_standings', 'Standings of a league in a season.', {
  league: ['string!', 'Name of the league.'],
  season: ['string', 'Season, such as "2022-2023".'],
});
const score = tool('sports.match_score', 'Score of a match between two teams.', {
  team1: ['string!', 'First team.'],
  team2: ['string!', 'Second team.'],
  date: ['string', 'Date, YYYY-MM-DD.'],
});
const playerStats = tool('sports.player_stats', 'Statistics of a player.', {
  player: ['string!', 'Name of the player.'],
  sport: ['string!', 'The sport.'],
  season: ['string', 'The season.'],
});

const transfer = tool('bank.transfer', 'Transfer money from one account to another.', {
  from_account: ['string!', 'Account that pays.'],
  to_account: ['string!', 'Account that gets the money.'],
  amount: ['number!', 'Amount.'],
  currency: ['string', "Currency code, such as 'USD'."],
});
const balance = tool('bank.balance', 'Balance of an account.', { account: ['string!', 'Number of the account.'] });
const freeze = tool('bank.freeze_card', 'Freeze a bank card.', { card_last4: ['string!', 'Last four digits of the card.'] });

const sensor = tool('get_sensor_alerts', 'Alerts of sensors in a time frame.', {
  perPage: ['integer!', 'Number of alerts per page.'],
  sensorSerial: ['string', 'Serial number of the sensor.'],
  t0: ['string', 'Start of the time frame in the format YYYY-MM-DD.'],
  triggerMetric: ['string', 'Metric that triggered the alert.', ['co2', 'humidity', 'noise', 'temperature', 'door']],
});
const airCon = tool('aircon.control', 'Control the air conditioner.', {
  mode: ['string', 'Mode of the air conditioner.', ['COOL', 'HEAT', 'AIR_DRY', 'AIR_CLEAN']],
  windStrength: ['string', 'Strength of the wind.', ['LOW', 'MID', 'HIGH']],
  targetTemperature: ['integer', 'Target temperature in Celsius.'],
});

export const mixed: Case[] = [
  ...cases(
    [searchBooks, borrow, fine],
    [
      ['Which fantasy books by Ursula Le Guin do you have?', ['library.search_books', { author: 'Ursula Le Guin', genre: 'fantasy' }]],
      [
        "Reserve the book 'Middlemarch' at the Riverside branch",
        ['library.reserve_book', { title: 'Middlemarch', branch: either('Riverside', 'Riverside branch') }],
      ],
      ['Pay the fine of 12.40 for the member M-2231', ['library.pay_fine', { member_id: 'M-2231', amount: 12.4 }]],
      ['How tall is the Eiffel Tower?'],
    ],
  ),
  ...cases(
    [createUser, resetPassword, disableUser],
    [
      [
        'Create a user jdoe with the role editor and the email jdoe@acme.io',
        ['iam.create_user', { username: 'jdoe', role: 'editor', email: 'jdoe@acme.io' }],
      ],
      ['reset the password of user mbrown', ['iam.reset_password', { username: 'mbrown' }]],
      [
        "Disable the account of k.lee because 'left the company'",
        ['iam.disable_user', { username: 'k.lee', reason: maybe('left the company') }],
      ],
      ['Order a pizza for the team'],
    ],
  ),
  ...cases(
    [startVm, stopVm, resize],
    [
      ['Start the instance i-0ab12 in us-west-2', ['compute.start_instance', { instance_id: 'i-0ab12', region: 'us-west-2' }]],
      ['force stop i-77f0c', ['compute.stop_instance', { instance_id: 'i-77f0c', force: true }]],
      ['Resize the disk of i-0ab12 to 200 GB', ['compute.resize_disk', { instance_id: 'i-0ab12', size_gb: 200 }]],
      ['What rhymes with orange?'],
    ],
  ),
  ...cases(
    [salary, leave, interview],
    [
      ['What is the net salary in Germany for a gross of 65,000?', ['payroll.net_salary', { gross: 65_000, country: 'Germany' }]],
      [
        'Request sick leave for Priya Nair from 2025-03-03 to 2025-03-05',
        ['hr.request_leave', { employee: 'Priya Nair', start_date: '2025-03-03', end_date: '2025-03-05', type: 'sick' }],
      ],
      [
        'Schedule an interview of the candidate Omar Haddad with the interviewer Julia Stein on 12 May 2025 at 10:30',
        ['hr.schedule_interview', { candidate: 'Omar Haddad', interviewer: 'Julia Stein', date: '12.05.2025', time: '10:30' }],
      ],
    ],
  ),
  ...cases(
    [doctor, appointment, salon],
    [
      ['I need a psychologist in San Rafael', ['Services_4_FindProvider', { city: 'San Rafael, CA', type: 'Psychologist' }]],
      ['Find me a dermatologist in Fremont, CA please', ['Services_4_FindProvider', { city: 'Fremont, CA', type: 'Dermatologist' }]],
      [
        'Book an appointment with Dr. Helen Cho on 2024-09-12 at 2:45 pm',
        [
          'Services_4_BookAppointment',
          { therapist_name: either('Helen Cho', 'Dr. Helen Cho'), appointment_date: '2024-09-12', appointment_time: '14:45' },
        ],
      ],
      ['Looking for a unisex hair stylist in Oakland', ['Services_1_FindStylist', { city: 'Oakland', is_unisex: true }]],
      [
        'Could you find a general practitioner in Davis, CA?',
        ['Services_4_FindProvider', { city: 'Davis, CA', type: 'General Practitioner' }],
      ],
    ],
  ),
  ...cases(
    [shares, attractions, events, tickets],
    [
      [
        'Rent an SUV in Phoenix from 2025-01-05 until 2025-01-09',
        ['travel.rent_car', { pickup_city: 'Phoenix', start_date: '2025-01-05', end_date: '2025-01-09', car_type: 'SUV' }],
      ],
      [
        'What museums in Paris are good for kids and free?',
        ['Travel_1_FindAttractions', { location: 'Paris, France', category: 'Museum', good_for_kids: true, free_entry: true }],
      ],
      ['Find a park to visit in Kuala Lumpur', ['Travel_1_FindAttractions', { location: 'Kuala Lumpur, Malaysia', category: 'Park' }]],
      [
        'Are there any sports events in Philadelphia on 2024-03-07?',
        ['Events_3_FindEvents', { event_type: 'Sports', city: 'Philadelphia, PA', date: '2024-03-07' }],
      ],
      [
        'Buy 2 tickets for the event Lakers vs Suns on 2024-03-10',
        ['Events_3_BuyEventTickets', { event_name: 'Lakers vs Suns', number_of_tickets: 2, date: '2024-03-10' }],
      ],
      ['I am looking for something fun, maybe music, in Seattle', ['Events_3_FindEvents', { event_type: 'Music', city: 'Seattle, WA' }]],
    ],
  ),
  ...cases(
    [factorial, capital, population, gdp],
    [
      [
        'Find the factorial of 5, 10 and 15',
        ['math.factorial', { number: 5 }],
        ['math.factorial', { number: 10 }],
        ['math.factorial', { number: 15 }],
      ],
      ['What is the capital of Portugal?', ['country.capital', { country: 'Portugal' }]],
      ['What are the capitals of Peru and Chile?', ['country.capital', { country: 'Peru' }], ['country.capital', { country: 'Chile' }]],
      ['Population of Kenya in 2015', ['country.population', { country: 'Kenya', year: 2015 }]],
      ['GDP of Japan from 1990 to 2005', ['country.gdp', { country: 'Japan', start_year: 1990, end_year: 2005 }]],
      ['Bake me a cake'],
      [
        'Calculate the factorial of 6 and find the capital of Norway',
        ['math.factorial', { number: 6 }],
        ['country.capital', { country: 'Norway' }],
      ],
    ],
  ),
  ...cases(
    [weather, remind, volume],
    [
      ['How is the weather in Madrid and Lisbon?', ['weather.now', { city: 'Madrid' }], ['weather.now', { city: 'Lisbon' }]],
      ['Set the volume to 35', ['device.set_volume', { volume: 35 }]],
      ["Remind me to 'water the plants' at 18:30", ['reminder.create', { text: 'water the plants', time: '18:30' }]],
      ['Set the volume to 20 and then check the weather in Rome', ['device.set_volume', { volume: 20 }], ['weather.now', { city: 'Rome' }]],
      ['Who wrote Hamlet?'],
      ['I love you'],
    ],
  ),
  ...cases(
    [paint, artwork, mix],
    [
      [
        'How much paint do I need for a wall with a length of 30 feet and a height of 12 feet?',
        ['paint_needed', { length: 30, height: 12 }],
      ],
      [
        "What is the size of the sculpture 'David' by Michelangelo?",
        ['museum.artwork_info', { artist: 'Michelangelo', title: 'David', detail: 'size' }],
      ],
      ['Mix yellow and blue with a lightness of 60%', ['color.mix', { color1: 'yellow', color2: 'blue', lightness: 60 }]],
    ],
  ),
  ...cases(
    [leader, battle, invention],
    [
      ['Who was the leader of France in 1805?', ['history.leader', { country: 'France', year: 1805 }]],
      ['When was the Battle of Hastings?', ['history.event_date', { event: 'Battle of Hastings' }]],
      ['Who invented the telephone?', ['history.inventor', { invention: either('telephone', 'the telephone') }]],
      ['Book a flight to Rome'],
    ],
  ),
  ...cases(
    [standings, score, playerStats],
    [
      [
        'Show the standings of the Bundesliga in the season 2021-2022',
        ['sports.league_standings', { league: 'Bundesliga', season: '2021-2022' }],
      ],
      [
        'What was the score between Arsenal and Chelsea on 2023-10-21?',
        ['sports.match_score', { team1: 'Arsenal', team2: 'Chelsea', date: '2023-10-21' }],
      ],
      ['Statistics of the tennis player Iga Swiatek', ['sports.player_stats', { player: 'Iga Swiatek', sport: 'tennis' }]],
      ['What is the square root of 81?'],
    ],
  ),
  ...cases(
    [transfer, balance, freeze],
    [
      [
        'Transfer $500 from account ACC-100 to account ACC-200',
        ['bank.transfer', { from_account: 'ACC-100', to_account: 'ACC-200', amount: 500, currency: maybe('USD') }],
      ],
      ['What is the balance of account 99812?', ['bank.balance', { account: '99812' }]],
      ['Freeze the card that ends in 4242', ['bank.freeze_card', { card_last4: '4242' }]],
      ['Sing me a lullaby'],
    ],
  ),
  ...cases(
    [sensor, airCon],
    [
      [
        'Show the alerts of the sensor with serial number Q2AA-1XYZ, 25 per page',
        ['get_sensor_alerts', { perPage: 25, sensorSerial: 'Q2AA-1XYZ' }],
      ],
      [
        'Which sensors had humidity alerts since 2024-05-01? 10 alerts per page',
        ['get_sensor_alerts', { perPage: 10, t0: '2024-05-01', triggerMetric: 'humidity' }],
      ],
      [
        'Switch the air conditioner to cool with high wind at 22 degrees',
        ['aircon.control', { mode: 'COOL', windStrength: 'HIGH', targetTemperature: 22 }],
      ],
      ['Set the air conditioner to dry mode', ['aircon.control', { mode: 'AIR_DRY' }]],
    ],
  ),
];
