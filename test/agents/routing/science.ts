import { type Case, cases, either, maybe, tool } from './case.ts';

const cylinder = tool('geometry.cylinder_volume', 'Compute the volume of a cylinder from its radius and height.', {
  radius: ['number!', 'The radius of the base.'],
  height: ['number!', 'The height of the cylinder.'],
  unit: ['string', "The unit of the lengths. Default is 'm'."],
});
const sphere = tool('geometry.sphere_surface', 'Compute the surface area of a sphere of a given radius.', {
  radius: ['number!', 'The radius of the sphere.'],
});
const trapezoid = tool('geometry.trapezoid_area', 'Compute the area of a trapezoid.', {
  base1: ['integer!', 'Length of the first parallel side.'],
  base2: ['integer!', 'Length of the second parallel side.'],
  height: ['integer!', 'Distance between the two sides.'],
});
const lcm = tool('math.lcm', 'Find the least common multiple of two integers.', {
  a: ['integer!', 'First integer.'],
  b: ['integer!', 'Second integer.'],
});
const binomial = tool('math.binomial', 'Number of ways to choose k of n things (combinations).', {
  n: ['integer!', 'Number of things.'],
  k: ['integer!', 'Number that are chosen.'],
});
const primes = tool('number.primes_between', 'List the prime numbers between two limits.', {
  start: ['integer!', 'Lower limit.'],
  end: ['integer!', 'Upper limit.'],
  sorted: ['boolean', 'Whether to sort them. Default is true.'],
});
const median = tool('stats.median', 'Median of a list of numbers.', { values: ['number[]!', 'The numbers.'] });
const deviation = tool('stats.standard_deviation', 'Standard deviation of a list of numbers.', {
  values: ['number[]!', 'The numbers.'],
  sample: ['boolean', 'Whether it is a sample. Default is false.'],
});
const correlation = tool('stats.correlation', 'Pearson correlation between two data series.', {
  x: ['number[]!', 'First series.'],
  y: ['number[]!', 'Second series.'],
});
const regress = tool('stats.polyfit', 'Fit a polynomial of a given degree to points.', {
  points: ['number[][]!', 'Points as [x, y].'],
  degree: ['integer!', 'Degree of the polynomial.'],
});
const derive = tool('calculus.differentiate', 'Differentiate an expression with respect to a variable.', {
  expression: ['string!', "The expression, for example 'x^2 + 1'."],
  order: ['integer', 'Order of the derivative. Default is 1.'],
});
const definite = tool('calculus.definite_integral', 'Integral of an expression between two bounds.', {
  expression: ['string!', 'The expression in x.'],
  lower: ['number!', 'Lower bound.'],
  upper: ['number!', 'Upper bound.'],
});
const kinetic = tool('physics.kinetic_energy', 'Kinetic energy of a moving body.', {
  mass: ['number!', 'Mass in kilograms.'],
  velocity: ['number!', 'Velocity in meters per second.'],
});
const potential = tool('physics.potential_energy', 'Gravitational potential energy of a body at some height.', {
  mass: ['number!', 'Mass in kilograms.'],
  height: ['number!', 'Height in meters.'],
  gravity: ['number', 'Acceleration of gravity. Default is 9.81.'],
});
const stopping = tool('physics.travel_time', 'Time to travel a distance at some speed.', {
  distance_km: ['number!', 'Distance in km.'],
  speed_kmh: ['number!', 'Average speed in km/h.'],
});
const ohm = tool('circuit.current', 'Electric current by Ohm’s law.', {
  voltage: ['number!', 'Voltage in volts.'],
  resistance: ['number!', 'Resistance in ohms.'],
});
const dilution = tool('chemistry.dilution', 'Volume of stock solution needed for a dilution.', {
  initial_concentration: ['number!', 'Concentration of the stock in molar.'],
  final_concentration: ['number!', 'Concentration wanted, in molar.'],
  final_volume: ['number!', 'Volume wanted, in milliliters.'],
});
const molar = tool('chemistry.molar_mass', 'Molar mass of a compound.', { formula: ['string!', "Chemical formula such as 'NaCl'."] });
const element = tool('chemistry.element_info', 'Properties of a chemical element.', {
  element: ['string!', 'Name of the element.'],
  property: ['string', 'Property wanted.', ['density', 'melting_point', 'boiling_point', 'atomic_number']],
});
const gene = tool('genetics.gene_location', 'Where a gene lies in the genome.', {
  gene: ['string!', 'Symbol of the gene.'],
  species: ['string', "Species. Default is 'human'."],
});
const punnett = tool('genetics.punnett_square', 'Offspring of two parents by a Punnett square.', {
  parent1: ['string!', 'Genotype of the first parent.'],
  parent2: ['string!', 'Genotype of the second parent.'],
});
const planet = tool('astronomy.planet_facts', 'Facts about a planet.', {
  planet: ['string!', 'Name of the planet.'],
  include_moons: ['boolean', 'Whether to include its moons. Default is false.'],
});
const moon = tool('astronomy.moon_phase', 'Phase of the moon on a date.', {
  date: ['string!', 'Date in the format YYYY-MM-DD.'],
  location: ['string', 'City of the observer.'],
});
const growth = tool('ecology.population_growth', 'Population after some years of growth.', {
  initial_population: ['integer!', 'Population at the start.'],
  growth_rate: ['number!', 'Yearly growth rate as a decimal.'],
  years: ['integer!', 'Number of years.'],
});
const temperature = tool('convert.temperature', 'Convert a temperature from one scale to another.', {
  value: ['number!', 'The temperature.'],
  from_unit: ['string!', 'Scale of the value.', ['celsius', 'fahrenheit', 'kelvin']],
  to_unit: ['string!', 'Scale wanted.', ['celsius', 'fahrenheit', 'kelvin']],
});
const matrix = tool('matrix.multiply', 'Multiply two matrices.', {
  first: ['number[][]!', 'First matrix.'],
  second: ['number[][]!', 'Second matrix.'],
});
const sort = tool('list.sort', 'Sort a list of numbers.', {
  numbers: ['integer[]!', 'The numbers.'],
  order: ['string!', 'Direction.', ['ascending', 'descending']],
});
const bmi = tool('health.bmi', 'Body mass index of a person.', {
  weight: ['number!', 'Weight in kilograms.'],
  height: ['number!', 'Height in centimeters.'],
});
const calories = tool('health.calories_burned', 'Calories burned by an activity.', {
  activity: ['string!', "The activity, such as 'running' or 'swimming'."],
  minutes: ['integer!', 'Duration in minutes.'],
  weight: ['number', 'Body weight in kilograms.'],
});
const distance = tool('geo.distance', 'Distance between two coordinates.', {
  first: ['number[]!', 'First point as [latitude, longitude].'],
  second: ['number[]!', 'Second point as [latitude, longitude].'],
  unit: ['string', "Unit of the answer: 'km' or 'miles'. Default is 'km'."],
});

export const science: Case[] = [
  ...cases(
    [cylinder, sphere, trapezoid],
    [
      ['What is the volume of a cylinder with a radius of 3 and a height of 12?', ['geometry.cylinder_volume', { radius: 3, height: 12 }]],
      ['Find the surface area of a ball with radius 7.5', ['geometry.sphere_surface', { radius: 7.5 }]],
      [
        'Area of a trapezoid whose parallel sides are 8 and 14 and whose height is 5',
        ['geometry.trapezoid_area', { base1: 8, base2: 14, height: 5 }],
      ],
      [
        'I have a cylinder 20cm tall with a radius of 4cm, how much fits in?',
        ['geometry.cylinder_volume', { radius: 4, height: 20, unit: maybe('cm') }],
      ],
    ],
  ),
  ...cases(
    [lcm, binomial, primes],
    [
      ['What is the least common multiple of 12 and 18?', ['math.lcm', { a: 12, b: 18 }]],
      ['In how many ways can I choose 3 out of 10 people?', ['math.binomial', { n: 10, k: 3 }]],
      ['List all primes between 50 and 100', ['number.primes_between', { start: 50, end: 100, sorted: maybe(true) }]],
      ['Calculate the LCM of two numbers, say 21 and 6.', ['math.lcm', { a: 21, b: 6 }]],
    ],
  ),
  ...cases(
    [median, deviation, correlation, sort],
    [
      ['Find the median of 4, 8, 15, 16, 23 and 42.', ['stats.median', { values: [4, 8, 15, 16, 23, 42] }]],
      ['What is the standard deviation of [2.5, 3.5, 4.0]?', ['stats.standard_deviation', { values: [2.5, 3.5, 4], sample: maybe(false) }]],
      ['Compute the correlation between [1, 2, 3] and [2, 4, 7]', ['stats.correlation', { x: [1, 2, 3], y: [2, 4, 7] }]],
      ['Sort the numbers 9, 1, 7, 3 in descending order', ['list.sort', { numbers: [9, 1, 7, 3], order: 'descending' }]],
    ],
  ),
  ...cases(
    [derive, definite, regress, matrix],
    [
      [
        'Find the derivative of 4x^3 - 2x + 7',
        ['calculus.differentiate', { expression: either('4x^3 - 2x + 7', '4x**3 - 2x + 7'), order: maybe(1) }],
      ],
      ['Integrate x^2 + 1 from 0 to 5', ['calculus.definite_integral', { expression: 'x^2 + 1', lower: 0, upper: 5 }]],
      [
        'What is the integral of y = 3x^2 between x = -1 and x = 4?',
        ['calculus.definite_integral', { expression: either('3x^2', 'y = 3x^2'), lower: -1, upper: 4 }],
      ],
      [
        'Fit a polynomial of degree 2 to the points [[0, 1], [1, 3], [2, 9]]',
        [
          'stats.polyfit',
          {
            points: [
              [0, 1],
              [1, 3],
              [2, 9],
            ],
            degree: 2,
          },
        ],
      ],
    ],
  ),
  ...cases(
    [kinetic, potential, stopping, ohm],
    [
      ['Calculate the kinetic energy of a 1200 kg car moving at 25 m/s.', ['physics.kinetic_energy', { mass: 1200, velocity: 25 }]],
      [
        'What potential energy has a stone with a mass of 2 kg at a height of 30 meters?',
        ['physics.potential_energy', { mass: 2, height: 30 }],
      ],
      [
        'How long does it take to travel 350 km at an average speed of 90 km/h?',
        ['physics.travel_time', { distance_km: 350, speed_kmh: 90 }],
      ],
      ['What current flows with a voltage of 12 volts and a resistance of 4 ohms?', ['circuit.current', { voltage: 12, resistance: 4 }]],
      [
        'Potential energy of a 5 kg ball 10 m up on the moon, where gravity is 1.62',
        ['physics.potential_energy', { mass: 5, height: 10, gravity: 1.62 }],
      ],
    ],
  ),
  ...cases(
    [dilution, molar, element],
    [
      [
        'How much stock do I need to dilute from an initial concentration of 2 molar to a final concentration of 0.5 molar in a final volume of 250 ml?',
        ['chemistry.dilution', { initial_concentration: 2, final_concentration: 0.5, final_volume: 250 }],
      ],
      ['What is the molar mass of C8H10N4O2?', ['chemistry.molar_mass', { formula: 'C8H10N4O2' }]],
      ['What is the melting point of tungsten?', ['chemistry.element_info', { element: 'tungsten', property: 'melting_point' }]],
    ],
  ),
  ...cases(
    [gene, punnett, planet, moon],
    [
      ['Where in the genome does the gene TP53 lie?', ['genetics.gene_location', { gene: 'TP53' }]],
      ['Do a Punnett square for the parents Aa and AA', ['genetics.punnett_square', { parent1: 'Aa', parent2: 'AA' }]],
      ['Tell me facts about the planet Saturn including its moons', ['astronomy.planet_facts', { planet: 'Saturn', include_moons: true }]],
      ['What was the phase of the moon on July 20, 1969?', ['astronomy.moon_phase', { date: '1969-07-20' }]],
    ],
  ),
  ...cases(
    [growth, temperature, bmi, calories],
    [
      [
        'Estimate the population after 10 years with an initial population of 5,000 and a growth rate of 3%',
        ['ecology.population_growth', { initial_population: 5000, growth_rate: 0.03, years: 10 }],
      ],
      ['Convert 98.6 degrees Fahrenheit to Celsius', ['convert.temperature', { value: 98.6, from_unit: 'fahrenheit', to_unit: 'celsius' }]],
      ['What is 300 kelvin in celsius?', ['convert.temperature', { value: 300, from_unit: 'kelvin', to_unit: 'celsius' }]],
      ['BMI of somebody who weighs 82 kg and is 178 cm tall', ['health.bmi', { weight: 82, height: 178 }]],
      ['How many calories do I burn by swimming for 45 minutes?', ['health.calories_burned', { activity: 'swimming', minutes: 45 }]],
      [
        'How many calories are burned in half an hour... say 30 minutes of running at a body weight of 70kg?',
        ['health.calories_burned', { activity: 'running', minutes: 30, weight: 70 }],
      ],
    ],
  ),
  ...cases(
    [distance, planet],
    [
      [
        'How far is it from (52.52, 13.405) to (48.1351, 11.582) in miles?',
        ['geo.distance', { first: [52.52, 13.405], second: [48.1351, 11.582], unit: 'miles' }],
      ],
      ['Distance between [40.4, -3.7] and [41.4, 2.2]', ['geo.distance', { first: [40.4, -3.7], second: [41.4, 2.2] }]],
    ],
  ),
];
