import { type Case, cases, either, maybe, tool } from './case.ts';

const weather = tool('get_current_weather', 'Retrieves the current weather conditions for a city.', {
  location: [
    'string!',
    "The city and state, in the format of 'City, State (abbr)', such as 'San Francisco, CA', or 'City, Country' when there is no state.",
  ],
  unit: ['string', 'The unit of temperature.', ['celsius', 'fahrenheit']],
});
const forecast = tool('get_weather_forecast', 'Weather forecast for a city over the coming days.', {
  city: ['string!', 'Name of the city.'],
  days: ['integer!', 'Number of days ahead.'],
  include_wind: ['boolean', 'Whether to include wind. Default is false.'],
});
const air = tool('get_air_quality', 'Air quality index of a city.', {
  city: ['string!', 'Name of the city.'],
  date: ['string', 'Date as MM/DD/YYYY.'],
});

const bus = tool('Buses_1_FindBus', 'Find a bus between two cities on a day.', {
  from_city: ['string!', 'City of departure.'],
  to_city: ['string!', 'City of arrival.'],
  departure_date: ['string!', 'Date of departure in the format YYYY-MM-DD.'],
  num_passengers: ['integer', 'Number of passengers.', [1, 2, 3, 4, 5]],
});
const busTicket = tool('Buses_1_BuyBusTicket', 'Buy tickets for a bus trip.', {
  from_city: ['string!', 'City of departure.'],
  to_city: ['string!', 'City of arrival.'],
  departure_date: ['string!', 'Date of departure in the format YYYY-MM-DD.'],
  departure_time: ['string!', 'Time of departure in the format HH:MM.'],
  num_passengers: ['integer!', 'Number of passengers.'],
});
const house = tool('Stays_2_SearchHouse', 'Search for a house to stay in at a destination.', {
  where_to: ['string!', "The destination, in the format of 'City, State'."],
  number_of_adults: ['integer!', 'Number of adults.'],
  has_laundry: ['string', 'Whether it has a laundry.', ['True', 'False', 'dontcare']],
  rating: ['number', 'Least rating of the house.'],
});
const table = tool('Restaurants_2_ReserveTable', 'Reserve a table at a restaurant.', {
  restaurant_name: ['string!', 'Name of the restaurant.'],
  location: ['string!', "City in the format of 'City, State', such as 'Los Angeles, CA'."],
  time: ['string!', 'Time in the format HH:MM.'],
  number_of_seats: ['integer', 'Number of seats.'],
  date: ['string', 'Date in the format YYYY-MM-DD.'],
});
const eat = tool('Restaurants_2_FindRestaurants', 'Find restaurants by kind of food and place.', {
  category: ['string!', 'Kind of food.', ['Mexican', 'Italian', 'Vegetarian', 'Chinese', 'Indian', 'Thai', 'Burgers']],
  location: ['string!', "City in the format of 'City, State', such as 'Los Angeles, CA'."],
  price_range: ['string', 'How expensive it is.', ['cheap', 'moderate', 'expensive']],
  has_outdoor_seating: ['boolean', 'Whether one can sit outdoors.'],
});
const play = tool('Music_3_PlayMedia', 'Play a song on a device.', {
  track: ['string!', 'Title of the song.'],
  artist: ['string', 'Name of the artist.'],
  device: ['string', 'Where to play it.', ['Living room', 'Kitchen', 'Patio']],
});
const lookupMusic = tool('Music_3_LookupMusic', 'Look for songs by artist, genre or year.', {
  artist: ['string', 'Name of the artist.'],
  genre: ['string', 'Genre of the music.', ['Pop', 'Rock', 'Electropop', 'Country', 'Reggae']],
  year: ['integer', 'Year of release.'],
});
const movies = tool('Movies_1_FindMovies', 'Find movies by genre, director or city.', {
  genre: ['string', 'Genre of the movie.', ['Comedy', 'Drama', 'Horror', 'Action', 'Sci-fi', 'dontcare']],
  directed_by: ['string', 'Name of the director.'],
  location: ['string', 'City where it is shown.'],
});
const showtimes = tool('Movies_1_GetTimesForMovie', 'Show times of a movie in a city on a date.', {
  movie_name: ['string!', 'Title of the movie.'],
  location: ['string!', 'City of the theater.'],
  show_date: ['string!', 'Date in the format YYYY-MM-DD.'],
  show_type: ['string', 'Kind of show.', ['regular', '3d', 'imax']],
});
const taxi = tool('ride.request', 'Request a ride with a taxi.', {
  pickup: ['string!', 'Address where the ride starts.'],
  destination: ['string!', 'Address where the ride ends.'],
  ride_type: ['string', 'Kind of ride.', ['shared', 'regular', 'luxury']],
  passengers: ['integer', 'Number of passengers.'],
});
const flights = tool('flights.search', 'Search flights between two airports.', {
  origin: ['string!', 'City or airport of departure.'],
  destination: ['string!', 'City or airport of arrival.'],
  date: ['string!', 'Date of the flight as DD/MM/YYYY.'],
  cabin: ['string', 'Cabin class.', ['economy', 'premium', 'business', 'first']],
  nonstop: ['boolean', 'Only direct flights without stops. Default is false.'],
});
const flightStatus = tool('flights.status', 'Status of a flight by its number.', {
  flight_number: ['string!', "Number of the flight, such as 'LH123'."],
  date: ['string', 'Day of the flight, YYYY-MM-DD.'],
});
const hotel = tool('hotels.book', 'Book a room in a hotel.', {
  hotel: ['string!', 'Name of the hotel.'],
  check_in: ['string!', 'First night, YYYY-MM-DD.'],
  check_out: ['string!', 'Day of leaving, YYYY-MM-DD.'],
  guests: ['integer', 'Number of guests.'],
});
const light = tool('home.set_light', 'Set the light of a room.', {
  room: ['string!', 'The room.'],
  brightness: ['integer', 'Brightness in percent, 0 to 100.'],
  state: ['string', "'on' or 'off'.", ['on', 'off']],
  color: ['string', 'Color of the light.'],
});
const thermostat = tool('home.set_thermostat', 'Set the target temperature of a room.', {
  room: ['string!', 'The room.'],
  temperature: ['number!', 'Target temperature in Celsius.'],
});
const lock = tool('home.lock_door', 'Lock or unlock a door.', {
  door: ['string!', 'Which door.'],
  action: ['string!', 'What to do.', ['lock', 'unlock']],
});
const vacuum = tool('home.start_vacuum', 'Start the robot vacuum.', {
  rooms: ['string[]', 'Rooms to clean.'],
  mode: ['string', 'How to clean.', ['quiet', 'standard', 'turbo']],
});
const order = tool('food.order', 'Order dishes from a restaurant.', {
  restaurant: ['string!', 'Name of the restaurant.'],
  items: ['string[]!', 'Dishes.'],
  quantities: ['integer[]!', 'How many of each dish, in the same order.'],
});
const recipe = tool('food.find_recipe', 'Find a recipe.', {
  dish: ['string!', 'The dish.'],
  diet: ['string', 'Diet to keep to.', ['vegan', 'vegetarian', 'gluten-free', 'keto']],
  max_minutes: ['integer', 'Longest time of cooking in minutes.'],
});
const nutrition = tool('food.nutrition', 'Nutrition facts of a food.', {
  food: ['string!', 'The food.'],
  grams: ['number', 'Amount in grams.'],
});
const museum = tool('museum.opening_hours', 'Opening hours of a museum.', {
  museum: ['string!', 'Name of the museum.'],
  day: ['string', 'Day of the week.'],
});
const concert = tool('events.find_concert', 'Find concerts in a city.', {
  city: ['string!', 'City of the concert.'],
  genre: ['string!', 'Genre of the music.', ['Pop', 'Rock', 'Jazz', 'Classical']],
  max_price: ['integer', 'Highest price of a ticket.'],
});
const route = tool('maps.directions', 'Directions from one place to another.', {
  start: ['string!', 'Where the route starts.'],
  end: ['string!', 'Where the route ends.'],
  mode: ['string', 'How to travel.', ['driving', 'walking', 'cycling', 'transit']],
  avoid_tolls: ['boolean', 'Whether to avoid toll roads. Default is false.'],
});
const stops = tool('maps.trip_time', 'Time that a trip with stops takes.', {
  start: ['string!', 'Where the trip starts.'],
  end: ['string!', 'Where the trip ends.'],
  stops: ['string[]', 'Places to stop at.'],
});

export const life: Case[] = [
  ...cases(
    [weather, forecast, air],
    [
      ["What's the weather in Boston right now?", ['get_current_weather', { location: 'Boston, MA' }]],
      ['current weather in Lisbon in celsius please', ['get_current_weather', { location: 'Lisbon, Portugal', unit: 'celsius' }]],
      [
        'Could you tell me the weather at Savannah, Georgia, in Fahrenheit?',
        ['get_current_weather', { location: either('Savannah, GA', 'Savannah, Georgia'), unit: 'fahrenheit' }],
      ],
      [
        'How is the weather going to be in Oslo for the next 4 days, with wind?',
        ['get_weather_forecast', { city: 'Oslo', days: 4, include_wind: true }],
      ],
      ['forecast for Chicago over the coming 3 days', ['get_weather_forecast', { city: 'Chicago', days: 3 }]],
      ['What was the air quality in Delhi on 5 November 2023?', ['get_air_quality', { city: 'Delhi', date: '11/05/2023' }]],
    ],
  ),
  ...cases(
    [bus, busTicket, flights, flightStatus],
    [
      [
        'I need a bus from Fresno to Sacramento on the 7th of March 2023.',
        ['Buses_1_FindBus', { from_city: 'Fresno', to_city: 'Sacramento', departure_date: '2023-03-07' }],
      ],
      [
        'Find a bus going to San Diego from Los Angeles for 2 people, leaving 2023-05-01',
        ['Buses_1_FindBus', { from_city: 'Los Angeles', to_city: 'San Diego', departure_date: '2023-05-01', num_passengers: 2 }],
      ],
      [
        'Buy 3 bus tickets from Anaheim to Las Vegas on March 9th 2023, departing at 9:30 am',
        [
          'Buses_1_BuyBusTicket',
          { from_city: 'Anaheim', to_city: 'Las Vegas', departure_date: '2023-03-09', departure_time: '09:30', num_passengers: 3 },
        ],
      ],
      [
        'Search flights from Berlin to Madrid on June 3rd, 2025 in business class, nonstop only',
        ['flights.search', { origin: 'Berlin', destination: 'Madrid', date: '03/06/2025', cabin: 'business', nonstop: true }],
      ],
      ['Is flight BA286 on time?', ['flights.status', { flight_number: 'BA286' }]],
      [
        'Are there direct flights to Rome from Vienna on 14 May 2025?',
        ['flights.search', { origin: 'Vienna', destination: 'Rome', date: '14/05/2025', nonstop: true }],
      ],
    ],
  ),
  ...cases(
    [house, hotel, table, eat],
    [
      [
        'Find me a house in Portland for 4 adults with a rating of at least 4.2',
        ['Stays_2_SearchHouse', { where_to: either('Portland, OR', 'Portland, Oregon'), number_of_adults: 4, rating: 4.2 }],
      ],
      [
        'I want to book the Grand Plaza hotel from 2025-02-10 to 2025-02-14 for 2 guests',
        ['hotels.book', { hotel: 'Grand Plaza', check_in: '2025-02-10', check_out: '2025-02-14', guests: 2 }],
      ],
      [
        "Reserve a table for 5 at Luigi's in Oakland at 7:15 pm",
        ['Restaurants_2_ReserveTable', { restaurant_name: "Luigi's", location: 'Oakland, CA', time: '19:15', number_of_seats: 5 }],
      ],
      [
        'Look for a cheap Thai place in San Jose',
        ['Restaurants_2_FindRestaurants', { category: 'Thai', location: 'San Jose, CA', price_range: 'cheap' }],
      ],
      [
        'Any Italian restaurants in Seattle with outdoor seating?',
        ['Restaurants_2_FindRestaurants', { category: 'Italian', location: 'Seattle, WA', has_outdoor_seating: true }],
      ],
      [
        'Get me a table at Chez Panisse, Berkeley, CA, on 2024-08-15 at 18:00 for 2 people',
        [
          'Restaurants_2_ReserveTable',
          { restaurant_name: 'Chez Panisse', location: 'Berkeley, CA', time: '18:00', number_of_seats: 2, date: '2024-08-15' },
        ],
      ],
    ],
  ),
  ...cases(
    [play, lookupMusic, movies, showtimes],
    [
      ["Play 'Yellow' by Coldplay in the kitchen", ['Music_3_PlayMedia', { track: 'Yellow', artist: 'Coldplay', device: 'Kitchen' }]],
      ['Find some country songs from 2018', ['Music_3_LookupMusic', { genre: 'Country', year: 2018 }]],
      [
        'I would like to hear reggae by Bob Marley, what songs are there?',
        ['Music_3_LookupMusic', { artist: 'Bob Marley', genre: 'Reggae' }],
      ],
      ['Are there horror movies directed by Jordan Peele?', ['Movies_1_FindMovies', { genre: 'Horror', directed_by: 'Jordan Peele' }]],
      [
        'When is Dune shown in imax in Houston on 2024-03-02?',
        ['Movies_1_GetTimesForMovie', { movie_name: 'Dune', location: 'Houston', show_date: '2024-03-02', show_type: 'imax' }],
      ],
      ["I'm bored. Find me a comedy to watch in Denver", ['Movies_1_FindMovies', { genre: 'Comedy', location: 'Denver' }]],
    ],
  ),
  ...cases(
    [taxi, route, stops],
    [
      [
        'Get a luxury ride for 3 passengers from 12 Main Street to 480 Harbor Drive',
        ['ride.request', { pickup: '12 Main Street', destination: '480 Harbor Drive', ride_type: 'luxury', passengers: 3 }],
      ],
      [
        'How do I walk from Central Park to the Guggenheim Museum?',
        ['maps.directions', { start: 'Central Park', end: either('Guggenheim Museum', 'the Guggenheim Museum'), mode: 'walking' }],
      ],
      [
        'Directions from Denver to Santa Fe by car, avoiding tolls',
        ['maps.directions', { start: 'Denver', end: 'Santa Fe', mode: maybe('driving'), avoid_tolls: true }],
      ],
      [
        'How long is a trip from Seattle to San Diego with stops in Portland and Sacramento?',
        ['maps.trip_time', { start: 'Seattle', end: 'San Diego', stops: ['Portland', 'Sacramento'] }],
      ],
    ],
  ),
  ...cases(
    [light, thermostat, lock, vacuum],
    [
      ['Turn off the light in the bedroom', ['home.set_light', { room: 'bedroom', state: 'off' }]],
      ['Dim the kitchen lights to 30%', ['home.set_light', { room: 'kitchen', brightness: 30 }]],
      ['set the living room to 21.5 degrees', ['home.set_thermostat', { room: 'living room', temperature: 21.5 }]],
      ['Please unlock the front door', ['home.lock_door', { door: either('front', 'front door'), action: 'unlock' }]],
      ['Vacuum the hall and the office in turbo mode', ['home.start_vacuum', { rooms: ['hall', 'office'], mode: 'turbo' }]],
    ],
  ),
  ...cases(
    [order, recipe, nutrition],
    [
      [
        'Order 2 Margherita pizzas and 3 tiramisus from Bella Napoli',
        [
          'food.order',
          {
            restaurant: 'Bella Napoli',
            items: either(['Margherita pizzas', 'tiramisus'], ['Margherita pizza', 'tiramisu']),
            quantities: [2, 3],
          },
        ],
      ],
      [
        'Find a vegan recipe for lasagna that takes at most 40 minutes',
        ['food.find_recipe', { dish: 'lasagna', diet: 'vegan', max_minutes: 40 }],
      ],
      ['How much protein is in 150 grams of tofu?', ['food.nutrition', { food: 'tofu', grams: 150 }]],
      ['I want a gluten-free recipe for pancakes', ['food.find_recipe', { dish: 'pancakes', diet: 'gluten-free' }]],
    ],
  ),
  ...cases(
    [museum, concert, movies],
    [
      ['When does the Rijksmuseum open on Sunday?', ['museum.opening_hours', { museum: 'Rijksmuseum', day: 'Sunday' }]],
      [
        'Find a jazz concert in New Orleans with tickets under $60',
        ['events.find_concert', { city: 'New Orleans', genre: 'Jazz', max_price: 60 }],
      ],
      ['classical concerts in vienna?', ['events.find_concert', { city: either('Vienna', 'vienna'), genre: 'Classical' }]],
    ],
  ),
];
