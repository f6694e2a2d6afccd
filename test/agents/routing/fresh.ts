import { type Case, cases, either, maybe, tool } from './case.ts';

const train = tool('Trains_1_GetTrainTickets', 'Buy tickets for a train.', {
  _from: ['string!', "City where the train starts, in the format of 'City, State'."],
  to: ['string!', "City where the train goes, in the format of 'City, State'."],
  date_of_journey: ['string!', 'Date of the journey in the format MM/DD/YYYY.'],
  number_of_adults: ['integer', 'Number of adults.', [1, 2, 3, 4, 5]],
  class: ['string', 'Class of the seat.', ['Value', 'Flexible', 'Business']],
});
const findTrain = tool('Trains_1_FindTrains', 'Find trains between two cities.', {
  _from: ['string!', "City where the train starts, in the format of 'City, State'."],
  to: ['string!', "City where the train goes, in the format of 'City, State'."],
  date_of_journey: ['string!', 'Date of the journey in the format MM/DD/YYYY.'],
});
const share = tool('RideSharing_2_GetRide', 'Get a ride to a place.', {
  destination: ['string!', 'Where the ride goes.'],
  number_of_seats: ['integer!', 'Number of seats.'],
  ride_type: ['string!', 'Kind of ride.', ['Pool', 'Regular', 'Luxury']],
});
const rentHome = tool('Homes_2_FindHomeByArea', 'Find a house or apartment to rent or buy in an area.', {
  area: ['string!', "The city, in the format of 'City, State'."],
  intent: ['string!', 'Whether to buy or to rent.', ['buy', 'rent']],
  number_of_beds: ['integer!', 'Number of bedrooms.'],
  number_of_baths: ['integer!', 'Number of bathrooms.'],
  has_garage: ['boolean', 'Whether there is a garage.'],
});
const visit = tool('Homes_2_ScheduleVisit', 'Schedule a visit of a property.', {
  property_name: ['string!', 'Name of the property.'],
  visit_date: ['string!', 'Date of the visit, YYYY-MM-DD.'],
});
const media = tool('Media_3_FindMovies', 'Find movies to watch by genre and actor.', {
  genre: ['string!', 'Genre of the movie.', ['Comedy', 'Drama', 'Thriller', 'Fantasy', 'Action']],
  starring: ['string', 'Actor in the movie.'],
});
const speech = tool('text_to_speech', 'Convert a text to speech.', {
  text: ['string!', 'The text to speak.'],
  language: ['string', "Code of the language, such as 'en-US' for English or 'fr-FR' for French."],
  gender: ['string', 'Gender of the voice.', ['male', 'female']],
});
const reschedule = tool('reschedule_event', 'Move an event to another time.', {
  event_id: ['string!', 'Id of the event.'],
  new_datetime: ['string!', 'New date and time in ISO 8601, such as 2024-01-31T09:00:00Z.'],
});
const log = tool('log_food', 'Log a portion of food that was eaten.', {
  food_name: ['string!', 'The food.'],
  portion_amount: ['number!', 'Size of the portion.'],
  portion_unit: ['string', "Unit of the portion, such as 'grams', 'cups' or 'ounces'."],
  meal: ['string', 'Which meal it was.', ['breakfast', 'lunch', 'dinner', 'snack']],
});
const carbon = tool('emission.car', 'Carbon emission of a car trip.', {
  miles: ['integer!', 'Miles that are driven.'],
  fuel: ['string!', "'gas' for gasoline, 'diesel' for diesel, 'EV' for an electric car."],
});
const filterRows = tool('rows.filter', 'Filter the rows of a table.', {
  table: ['string!', 'Name of the table.'],
  condition: {
    type: 'object',
    description: 'What the rows must meet.',
    properties: {
      department: { type: 'string', description: 'Name of the department.' },
      min_age: { type: 'integer', description: 'Least age.' },
    },
  },
});
const poker = tool('cards.probability', 'Probability of drawing cards from a deck.', {
  favorable: ['integer!', 'Number of favorable cards.'],
  total: ['integer!', 'Number of cards in the deck.'],
  decimals: ['integer', 'Digits to round to. Default is 2.'],
});
const ttest = tool('stats.t_test', 'Two-sample t-test.', {
  sample1: ['number[]!', 'First sample.'],
  sample2: ['number[]!', 'Second sample.'],
  alpha: ['number', 'Significance level. Default is 0.05.'],
});
const news = tool('news.search', 'Search news about a topic.', {
  topic: ['string!', 'The topic.'],
  count: ['integer', 'Number of articles.'],
  country: ['string', 'Country of the news.'],
});
const landmark = tool('building.dimensions', 'Dimensions of a building.', {
  building: ['string!', 'Name of the building.'],
  unit: ['string', "Unit: 'meter' or 'feet'. Default is 'meter'."],
});

export const fresh: Case[] = [
  ...cases(
    [train, findTrain, share],
    [
      [
        'I need 2 business class train tickets from Portland, OR to Seattle, WA on March 13th 2023',
        [
          'Trains_1_GetTrainTickets',
          { _from: 'Portland, OR', to: 'Seattle, WA', date_of_journey: '03/13/2023', number_of_adults: 2, class: 'Business' },
        ],
      ],
      [
        'Find trains going to Los Angeles from Fresno on 04/22/2023',
        ['Trains_1_FindTrains', { _from: 'Fresno, CA', to: 'Los Angeles, CA', date_of_journey: '04/22/2023' }],
      ],
      [
        'Get me a shared ride with 1 seat to 1118 Roosevelt Avenue',
        ['RideSharing_2_GetRide', { destination: '1118 Roosevelt Avenue', number_of_seats: 1, ride_type: 'Pool' }],
      ],
    ],
  ),
  ...cases(
    [rentHome, visit, media],
    [
      [
        'I want to rent a place with 2 bedrooms and 1 bathroom in Petaluma',
        ['Homes_2_FindHomeByArea', { area: 'Petaluma, CA', intent: 'rent', number_of_beds: 2, number_of_baths: 1 }],
      ],
      [
        'Looking to buy a house with a garage, 3 beds and 2 baths in Fremont, CA',
        ['Homes_2_FindHomeByArea', { area: 'Fremont, CA', intent: 'buy', number_of_beds: 3, number_of_baths: 2, has_garage: true }],
      ],
      [
        'Schedule a visit of the property Northwood Apartments on 2023-03-14',
        ['Homes_2_ScheduleVisit', { property_name: 'Northwood Apartments', visit_date: '2023-03-14' }],
      ],
      [
        'I feel like watching a thriller starring Cate Blanchett',
        ['Media_3_FindMovies', { genre: 'Thriller', starring: 'Cate Blanchett' }],
      ],
    ],
  ),
  ...cases(
    [speech, reschedule, log],
    [
      [
        "Convert the text 'Bonjour' to speech in French with a female voice",
        ['text_to_speech', { text: 'Bonjour', language: 'fr-FR', gender: 'female' }],
      ],
      [
        "Move the event 'E-778' to April 15, 2021 at 1:45 pm",
        ['reschedule_event', { event_id: 'E-778', new_datetime: '2021-04-15T13:45:00Z' }],
      ],
      ['Log 2 cups of rice for lunch', ['log_food', { food_name: 'rice', portion_amount: 2, portion_unit: 'cups', meal: 'lunch' }]],
      [
        'I had 16 ounces of chai tea as a snack',
        ['log_food', { food_name: 'chai tea', portion_amount: 16, portion_unit: 'ounces', meal: 'snack' }],
      ],
      ['What is the meaning of life?'],
    ],
  ),
  ...cases(
    [carbon, filterRows, news],
    [
      ['How much does a gasoline car emit over 300 miles?', ['emission.car', { miles: 300, fuel: 'gas' }]],
      ['Emission of driving 120 miles with an electric car', ['emission.car', { miles: 120, fuel: 'EV' }]],
      [
        'Filter the table employees for the department Sales with a min age of 30',
        ['rows.filter', { table: 'employees', condition: { department: 'Sales', min_age: 30 } }],
      ],
      ['Find 5 articles of news about Bitcoin', ['news.search', { topic: 'Bitcoin', count: 5 }]],
    ],
  ),
  ...cases(
    [poker, ttest, landmark],
    [
      ['What is the probability of 4 favorable cards in a deck of 52 cards?', ['cards.probability', { favorable: 4, total: 52 }]],
      [
        'Run a t-test on [10, 15, 12] and [18, 16, 17] with an alpha of 0.01',
        ['stats.t_test', { sample1: [10, 15, 12], sample2: [18, 16, 17], alpha: 0.01 }],
      ],
      [
        'What are the dimensions of the Empire State Building in feet?',
        ['building.dimensions', { building: either('Empire State Building', 'Empire State'), unit: 'feet' }],
      ],
      ['Dimensions of the Burj Khalifa?', ['building.dimensions', { building: 'Burj Khalifa', unit: maybe('meter') }]],
      ['Water my plants tomorrow'],
    ],
  ),
];
