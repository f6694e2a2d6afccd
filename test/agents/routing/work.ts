import { type Case, cases, either, maybe, tool } from './case.ts';

const compound = tool('finance.compound_interest', 'Compound interest on a deposit.', {
  principal: ['integer!', 'Amount that is deposited.'],
  rate: ['number!', 'Yearly interest rate as a decimal.'],
  years: ['integer!', 'Number of years.'],
  times_per_year: ['integer', 'How often interest is added in a year. Default is 1.'],
});
const mortgage = tool('finance.mortgage_payment', 'Monthly payment of a mortgage.', {
  loan_amount: ['integer!', 'Amount of the loan.'],
  interest_rate: ['number!', 'Yearly interest rate.'],
  term_years: ['integer!', 'Term of the loan in years.'],
});
const roi = tool('finance.return_on_investment', 'Return on an investment.', {
  cost: ['number!', 'What was paid.'],
  gain: ['number!', 'What came back.'],
});
const exchange = tool('currency.convert', 'Convert an amount from one currency to another.', {
  amount: ['number!', 'The amount.'],
  from_currency: ['string!', "Currency of the amount, such as 'USD'."],
  to_currency: ['string!', "Currency wanted, such as 'EUR'."],
});
const quote = tool('stocks.quote', 'Current price of a stock.', { symbol: ['string!', "Ticker symbol, such as 'AAPL'."] });
const history = tool('stocks.history', 'Past prices of a stock.', {
  symbol: ['string!', "Ticker symbol, such as 'AAPL'."],
  start_date: ['string!', 'First day, YYYY-MM-DD.'],
  end_date: ['string!', 'Last day, YYYY-MM-DD.'],
  interval: ['string', 'Interval of the prices.', ['daily', 'weekly', 'monthly']],
});
const trade = tool('stocks.place_order', 'Buy or sell a stock.', {
  symbol: ['string!', 'Ticker symbol.'],
  side: ['string!', 'Direction.', ['buy', 'sell']],
  quantity: ['integer!', 'Number of shares.'],
  limit_price: ['number', 'Limit of the price.'],
});
const pay = tool('Payment_1_MakePayment', 'Send money to a person.', {
  receiver: ['string!', 'Name of the person who gets it.'],
  amount: ['number!', 'Amount in dollars.'],
  payment_method: ['string!', 'Where the money comes from.', ['app balance', 'debit card', 'credit card']],
  private_visibility: ['boolean', 'Whether the transaction is private. Default is false.'],
});
const request = tool('Payment_1_RequestPayment', 'Request money from a person.', {
  sender: ['string!', 'Name of the person who is asked.'],
  amount: ['number!', 'Amount in dollars.'],
});
const email = tool('send_email', 'Send an e-mail.', {
  to: ['string!', 'E-mail address of the recipient.'],
  subject: ['string!', 'Subject of the e-mail.'],
  body: ['string!', 'Text of the e-mail.'],
});
const slack = tool('post_message', 'Post a message to a channel.', {
  channel: ['string!', 'Name of the channel.'],
  text: ['string!', 'Text of the message.'],
});
const meeting = tool('calendar.create_event', 'Create an event in the calendar.', {
  title: ['string!', 'Title of the event.'],
  start: ['string!', 'Start in the format YYYY-MM-DD HH:MM.'],
  duration_minutes: ['integer', 'Length in minutes.'],
  attendees: ['string[]', 'E-mail addresses of the attendees.'],
});
const cancelEvent = tool('calendar.cancel_event', 'Cancel an event in the calendar.', {
  event_id: ['string!', 'Id of the event.'],
  notify: ['boolean', 'Whether to notify the attendees.'],
});
const alarm = tool('alarm.add', 'Set an alarm.', {
  time: ['string!', 'Time in the format HH:MM.'],
  name: ['string', 'Name of the alarm.'],
});
const todo = tool('todo', 'Manages a to-do list.', {
  type: [
    'string!',
    "What to do: 'add' to add a task, 'delete' to remove a task, 'complete' to mark a task as done.",
    ['add', 'delete', 'complete'],
  ],
  content: ['string!', 'The task.'],
});
const user = tool('get_user', 'Retrieve the details of a user by id.', {
  user_id: ['integer!', 'Id of the user.'],
  special: ['string', "Special wish of the user. Default is 'none'."],
});
const userUpdate = tool('update_user', 'Update the details of a user.', {
  user_id: ['integer!', 'Id of the user.'],
  changes: {
    type: 'dict',
    description: 'What changes.',
    properties: { name: { type: 'string', description: 'New name.' }, email: { type: 'string', description: 'New e-mail address.' } },
  },
});
const query = tool('database.query', 'Query a table of a database.', {
  table: ['string!', 'Name of the table.'],
  limit: ['integer', 'Most rows to return.'],
  order_by: ['string', 'Column to sort by.'],
});
const restart = tool('service.restart', 'Restart a service on a host.', {
  service: ['string!', 'Name of the service.'],
  host: ['string!', 'Name of the host.'],
});
const scale = tool('service.scale', 'Scale a service to a number of replicas.', {
  service: ['string!', 'Name of the service.'],
  replicas: ['integer!', 'Number of replicas.'],
});
const logs = tool('service.logs', 'Fetch log lines of a service.', {
  service: ['string!', 'Name of the service.'],
  lines: ['integer', 'Number of lines. Default is 100.'],
  level: ['string', 'Least level.', ['debug', 'info', 'warning', 'error']],
});
const deploy = tool('deploy_release', 'Deploy a version of an application to an environment.', {
  app: ['string!', 'Name of the application.'],
  version: ['string!', "Version, such as 'v1.2.3'."],
  environment: ['string!', 'Where to deploy.', ['staging', 'production', 'development']],
});
const issue = tool('open_issue', 'Open an issue in a repository.', {
  repo: ['string!', "Repository in the format 'owner/name'."],
  title: ['string!', 'Title of the issue.'],
  labels: ['string[]', 'Labels of the issue.', ['bug', 'feature', 'docs', 'urgent']],
});
const closeIssue = tool('close_issue', 'Close an issue in a repository.', {
  repo: ['string!', "Repository in the format 'owner/name'."],
  number: ['integer!', 'Number of the issue.'],
});
const stars = tool('repo_stars', 'Stars of a repository over time.', { repo: ['string!', "Repository in the format 'owner/name'."] });
const ticket = tool('crm.create_ticket', 'Create a support ticket for a customer.', {
  customer: ['string!', 'Name of the customer.'],
  priority: ['integer!', 'Priority of the ticket: 1 for low, 2 for medium, 3 for high, 4 for critical.', [1, 2, 3, 4]],
  summary: ['string!', 'What it is about.'],
});
const provider = tool('find_provider', 'Find providers of a service in a province.', {
  service_id: ['integer!', 'Id of the service. For example, 1 represents gardening, 2 for plumbing, 3 for painting.', [1, 2, 3]],
  province_id: ['integer!', 'Id of the province: 1 for Utrecht, 2 for Drenthe, 3 for Zeeland.'],
  rating: ['number', 'Least rating. Default is 3.0.'],
});
const translate = tool('translate_text', 'Translate a text to another language.', {
  text: ['string!', 'The text.'],
  target_language: ['string!', "Code of the language, such as 'fr' for French, 'de' for German, 'es' for Spanish."],
});
const sentiment = tool('analyze_sentiment', 'Sentiment of a text.', {
  text: ['string!', 'The text.'],
  language: ['string!', 'Language of the text.'],
});
const file = tool('files.move', 'Move a file to another folder.', {
  source: ['string!', 'Path of the file.'],
  destination: ['string!', 'Path of the folder.'],
});
const remove = tool('files.delete', 'Delete a file.', {
  path: ['string!', 'Path of the file.'],
  permanent: ['boolean', 'Whether to delete it for ever. Default is false.'],
});
const fetchUrl = tool('http.get', 'Fetch a page from the web.', {
  url: ['string!', 'The URL.'],
  timeout: ['integer', 'Timeout in seconds.'],
});
const court = tool('law.case_details', 'Details of a court case.', {
  case_number: ['string!', 'Number of the case.'],
  court: ['string', 'Name of the court.'],
  include_verdict: ['boolean', 'Whether to include the verdict.'],
});
const lawsuits = tool('law.search_lawsuits', 'Search lawsuits against a company.', {
  company: ['string!', 'Name of the company.'],
  year: ['integer', 'Year in which it was filed.'],
  state: ['string', 'State in which it was filed.'],
});
const employee = tool('hr.employee_data', 'Fetch data of an employee.', {
  employee_id: ['integer!', 'Id of the employee.'],
  fields: ['string[]', 'Which data.', ['Personal Info', 'Job History', 'Payroll', 'Attendance']],
});
const train = tool('ml.train_forest', 'Train a random forest on a dataset.', {
  dataset: ['string!', 'Name of the dataset.'],
  n_estimators: ['integer!', 'Number of trees.'],
  max_depth: ['integer', 'Maximum depth of the trees.'],
});
const house = tool('estate.predict_price', 'Predict the price of a house.', {
  bedrooms: ['integer!', 'Number of bedrooms.'],
  bathrooms: ['integer!', 'Number of bathrooms.'],
  area: ['integer!', 'Area in square feet.'],
  location: ['string!', "The city and state, e.g. 'Austin, TX'."],
});
const tax = tool('tax.sales_tax', 'Sales tax on a purchase.', {
  amount: ['number!', 'Amount of the purchase.'],
  city: ['string!', 'City of the purchase.'],
  state: ['string!', 'State of the purchase.'],
});

export const work: Case[] = [
  ...cases(
    [compound, mortgage, roi, exchange],
    [
      [
        'What is the compound interest on $10,000 at 5% for 10 years?',
        ['finance.compound_interest', { principal: 10_000, rate: 0.05, years: 10 }],
      ],
      [
        'Compound interest for a deposit of 2500 at a rate of 3.5% over 4 years, added 12 times per year',
        ['finance.compound_interest', { principal: 2500, rate: 0.035, years: 4, times_per_year: 12 }],
      ],
      [
        'Monthly mortgage payment for a loan of $350,000 at an interest rate of 4.2% over 30 years',
        ['finance.mortgage_payment', { loan_amount: 350_000, interest_rate: 0.042, term_years: 30 }],
      ],
      ['Convert 250 euros to US dollars', ['currency.convert', { amount: 250, from_currency: 'EUR', to_currency: 'USD' }]],
      ['How much is 40 GBP in JPY?', ['currency.convert', { amount: 40, from_currency: 'GBP', to_currency: 'JPY' }]],
      [
        'My investment has a cost of 4000 and a gain of 5200, what is my return?',
        ['finance.return_on_investment', { cost: 4000, gain: 5200 }],
      ],
    ],
  ),
  ...cases(
    [quote, history, trade],
    [
      ['What is the price of TSLA?', ['stocks.quote', { symbol: 'TSLA' }]],
      [
        'Show weekly prices of MSFT from 2023-01-01 to 2023-06-30',
        ['stocks.history', { symbol: 'MSFT', start_date: '2023-01-01', end_date: '2023-06-30', interval: 'weekly' }],
      ],
      [
        'Sell 30 shares of NVDA with a limit of $910.50',
        ['stocks.place_order', { symbol: 'NVDA', side: 'sell', quantity: 30, limit_price: 910.5 }],
      ],
      ['buy 100 shares of AMD', ['stocks.place_order', { symbol: 'AMD', side: 'buy', quantity: 100 }]],
    ],
  ),
  ...cases(
    [pay, request, exchange],
    [
      ['Send $45 to Maria with my debit card', ['Payment_1_MakePayment', { receiver: 'Maria', amount: 45, payment_method: 'debit card' }]],
      [
        'I want to pay Tom 120 dollars privately from my credit card',
        ['Payment_1_MakePayment', { receiver: 'Tom', amount: 120, payment_method: 'credit card', private_visibility: maybe(true) }],
      ],
      ['Request 15.50 dollars from Amy', ['Payment_1_RequestPayment', { sender: 'Amy', amount: 15.5 }]],
    ],
  ),
  ...cases(
    [email, slack, translate, sentiment],
    [
      [
        "Send an email to ann@example.com with the subject 'Budget' and the body 'Please review the figures.'",
        ['send_email', { to: 'ann@example.com', subject: 'Budget', body: 'Please review the figures.' }],
      ],
      ["Post 'Deploy is done' to the channel releases", ['post_message', { channel: 'releases', text: 'Deploy is done' }]],
      ['Translate "Good morning, everybody" to German', ['translate_text', { text: 'Good morning, everybody', target_language: 'de' }]],
      [
        'What is the sentiment of the text "The room was cold and dirty", which is in English?',
        ['analyze_sentiment', { text: 'The room was cold and dirty', language: 'English' }],
      ],
      ["How do you say 'where is the station' in Spanish?", ['translate_text', { text: 'where is the station', target_language: 'es' }]],
    ],
  ),
  ...cases(
    [meeting, cancelEvent, alarm, todo],
    [
      [
        "Create an event 'Design review' on 2025-04-02 at 14:30 for 45 minutes with li@corp.com and sam@corp.com",
        [
          'calendar.create_event',
          { title: 'Design review', start: '2025-04-02 14:30', duration_minutes: 45, attendees: ['li@corp.com', 'sam@corp.com'] },
        ],
      ],
      ['Cancel the event ev_3391 and notify everybody', ['calendar.cancel_event', { event_id: 'ev_3391', notify: true }]],
      ['set an alarm for 6:45 am', ['alarm.add', { time: '06:45' }]],
      ["Add 'buy milk' to my to-do list", ['todo', { type: 'add', content: 'buy milk' }]],
      ["I've finished 'pay the rent', mark it as completed", ['todo', { type: 'complete', content: 'pay the rent' }]],
      ["remove the task 'call Bob' from the todo list", ['todo', { type: 'delete', content: 'call Bob' }]],
    ],
  ),
  ...cases(
    [user, userUpdate, query, employee],
    [
      ['Can you retrieve the details of the user with the ID 4711?', ['get_user', { user_id: 4711 }]],
      [
        "Update the user with ID 88: name 'Jane Roe' and email jane@roe.org",
        ['update_user', { user_id: 88, changes: { name: 'Jane Roe', email: 'jane@roe.org' } }],
      ],
      [
        'Query the table invoices, at most 20 rows, ordered by due_date',
        ['database.query', { table: 'invoices', limit: 20, order_by: 'due_date' }],
      ],
      [
        'Fetch the payroll and the attendance of the employee 345',
        ['hr.employee_data', { employee_id: 345, fields: ['Payroll', 'Attendance'] }],
      ],
    ],
  ),
  ...cases(
    [restart, scale, logs, deploy],
    [
      ['Restart nginx on web-03', ['service.restart', { service: 'nginx', host: 'web-03' }]],
      ['scale the checkout service to 6 replicas', ['service.scale', { service: 'checkout', replicas: 6 }]],
      [
        'Show me the last 50 lines of logs of the billing service, only errors',
        ['service.logs', { service: 'billing', lines: 50, level: 'error' }],
      ],
      [
        'Deploy version v2.8.1 of storefront to production',
        ['deploy_release', { app: 'storefront', version: 'v2.8.1', environment: 'production' }],
      ],
      ['restart the service postgres on the host db-1', ['service.restart', { service: 'postgres', host: 'db-1' }]],
    ],
  ),
  ...cases(
    [issue, closeIssue, stars],
    [
      [
        "Open an issue in acme/shop titled 'Checkout fails on Safari' with the labels bug and urgent",
        ['open_issue', { repo: 'acme/shop', title: 'Checkout fails on Safari', labels: ['bug', 'urgent'] }],
      ],
      ['Close issue 512 in acme/shop', ['close_issue', { repo: 'acme/shop', number: 512 }]],
      ['How did the stars of nodejs/node grow?', ['repo_stars', { repo: 'nodejs/node' }]],
    ],
  ),
  ...cases(
    [ticket, provider, user],
    [
      [
        "Create a ticket with high priority for the customer Contoso: 'Cannot log in'",
        ['crm.create_ticket', { customer: 'Contoso', priority: 3, summary: 'Cannot log in' }],
      ],
      [
        'Find somebody for plumbing in Zeeland with a rating of 4.5 or more',
        ['find_provider', { service_id: 2, province_id: 3, rating: 4.5 }],
      ],
      ['I need painting done in Utrecht', ['find_provider', { service_id: 3, province_id: 1 }]],
    ],
  ),
  ...cases(
    [file, remove, fetchUrl],
    [
      ['Move /srv/ana/report.pdf to /srv/ana/archive', ['files.move', { source: '/srv/ana/report.pdf', destination: '/srv/ana/archive' }]],
      ['Delete the file notes.txt permanently', ['files.delete', { path: 'notes.txt', permanent: true }]],
      [
        'Fetch https://example.com/status.json with a timeout of 10 seconds',
        ['http.get', { url: 'https://example.com/status.json', timeout: 10 }],
      ],
    ],
  ),
  ...cases(
    [court, lawsuits, tax],
    [
      [
        'Get the details of case number CV-2021-0456 including the verdict',
        ['law.case_details', { case_number: 'CV-2021-0456', include_verdict: true }],
      ],
      [
        'Which lawsuits were filed against Initech in Texas in 2019?',
        ['law.search_lawsuits', { company: 'Initech', year: 2019, state: 'Texas' }],
      ],
      [
        'How much sales tax is there on a purchase of $52.33 in Sacramento, California?',
        ['tax.sales_tax', { amount: 52.33, city: 'Sacramento', state: either('California', 'CA') }],
      ],
    ],
  ),
  ...cases(
    [train, house, mortgage],
    [
      [
        'Train a random forest with 200 trees and a maximum depth of 8 on the dataset churn_2024',
        ['ml.train_forest', { dataset: 'churn_2024', n_estimators: 200, max_depth: 8 }],
      ],
      [
        'Predict the price of a house with 3 bedrooms and 2 bathrooms of 1800 square feet in Austin',
        ['estate.predict_price', { bedrooms: 3, bathrooms: 2, area: 1800, location: 'Austin, TX' }],
      ],
    ],
  ),
];
