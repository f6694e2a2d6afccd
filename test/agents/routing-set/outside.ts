import { append, asks, contract, does, type Example, mail, quote, replace, request, script } from './expected.ts';

const mails: readonly Example[] = [
  does('e-mail customer@example.com that the invoice is paid', mail('customer@example.com', 'the invoice is paid')),
  does('email customer@example.com that the invoice is paid', mail('customer@example.com', 'the invoice is paid')),
  does(
    'mail customer@example.com that the invoice is paid and the parcel is sent',
    mail('customer@example.com', 'the invoice is paid and the parcel is sent'),
  ),
  does('send an email to customer@example.com: the invoice is paid', mail('customer@example.com', 'the invoice is paid')),
  does('send an e-mail to customer@example.com saying the invoice is paid', mail('customer@example.com', 'the invoice is paid')),
  does('send an email to customer@example.com that the invoice is paid', mail('customer@example.com', 'the invoice is paid')),
  does('send customer@example.com an email: the invoice is paid', mail('customer@example.com', 'the invoice is paid')),
  does('send customer@example.com an email saying "the invoice is paid"', mail('customer@example.com', 'the invoice is paid')),
  does(
    'write an email to customer@example.com: Hello!\nThe invoice is paid.',
    mail('customer@example.com', 'Hello!\nThe invoice is paid.'),
  ),
  does(
    'email bob@example.com and ann@example.com that the office is closed',
    mail(['bob@example.com', 'ann@example.com'], 'the office is closed'),
  ),
  does(
    'send an email to bob@example.com, ann@example.com and cy@example.com: the office is closed',
    mail(['bob@example.com', 'ann@example.com', 'cy@example.com'], 'the office is closed'),
  ),
  does(
    'send an email to bob@example.com about the outage saying we are back',
    mail('bob@example.com', 'we are back', { subject: 'the outage' }),
  ),
  does(
    'send an email to bob@example.com and ann@example.com about the outage saying we are back',
    mail(['bob@example.com', 'ann@example.com'], 'we are back', { subject: 'the outage' }),
  ),
  does('email bob@example.com with the subject "Outage": we are back', mail('bob@example.com', 'we are back', { subject: 'Outage' })),
  does('email bob@example.com, subject "Outage": we are back', mail('bob@example.com', 'we are back', { subject: 'Outage' })),
  does('could you email bob@example.com that we are back?', mail('bob@example.com', 'we are back')),
  does('tell bob@example.com that we are back', mail('bob@example.com', 'we are back')),
  does('let bob@example.com know that we are back', mail('bob@example.com', 'we are back')),
  asks('email Bob that we are back'),
  asks('email bob@example that we are back'),
  asks('send an email'),
  asks('email bob@example.com'),
  asks('did we email bob@example.com?'),
  asks('email bob@example.com when the build is green'),
  asks("don't email bob@example.com that we are back"),
  asks('email everyone that we are back'),
  asks('forward the invoice to bob@example.com'),
];

const requests: readonly Example[] = [
  does('GET https://api.example.com/health', request('GET', 'https://api.example.com/health')),
  does('get https://api.example.com/health', request('GET', 'https://api.example.com/health')),
  does('fetch https://api.example.com/health', request('', 'https://api.example.com/health')),
  does('call our webhook at https://api.example.com/hook with {"a":1}', request('', 'https://api.example.com/hook', '{"a":1}')),
  does(
    'call the webhook https://api.example.com/hook with {"a": 1, "b": [2, 3]}',
    request('', 'https://api.example.com/hook', '{"a": 1, "b": [2, 3]}'),
  ),
  does('POST {"a":1} to https://api.example.com/hook', request('POST', 'https://api.example.com/hook', '{"a":1}')),
  does('post {"text": "hi, all"} to https://api.example.com/hook', request('POST', 'https://api.example.com/hook', '{"text": "hi, all"}')),
  does('PUT {"on": true} to https://api.example.com/lamp', request('PUT', 'https://api.example.com/lamp', '{"on": true}')),
  does('DELETE https://api.example.com/items/7', request('DELETE', 'https://api.example.com/items/7')),
  does('send a POST request to https://api.example.com/hook with {"a":1}', request('POST', 'https://api.example.com/hook', '{"a":1}')),
  asks('call our webhook'),
  asks('call the bank'),
  asks('post {"a":1}'),
  asks('is https://api.example.com/health up?'),
  asks('https://api.example.com/health'),
  asks('call api.example.com if it is up'),
];

const documents: readonly Example[] = [
  does('change the mission document to We help small teams.', replace('mission', 'We help small teams.')),
  does('change the mission to: We help small teams.', replace('mission', 'We help small teams.')),
  does('set the voice document to "Short and friendly."', replace('voice', 'Short and friendly.')),
  does('set the mission to: We help, and we listen.', replace('mission', 'We help, and we listen.')),
  does('update the brief to: New logo by May', replace('brief', 'New logo by May')),
  does('add to the mission: We answer within a day.', append('mission', 'We answer within a day.')),
  does('add to the notes: Bob prefers calls', append('notes', 'Bob prefers calls')),
  does('add "Bob prefers calls" to the notes', append('notes', 'Bob prefers calls')),
  does('please add to the notes document: Bob prefers calls', append('notes', 'Bob prefers calls')),
  does('replace the brief with: New logo by May', replace('brief', 'New logo by May')),
  does('rewrite the mission: We help small teams.', replace('mission', 'We help small teams.')),
  asks('change the mission'),
  asks('what is our mission?'),
  asks('improve the mission document'),
  asks('add something to the notes'),
  asks('delete the mission'),
];

const drafts: readonly Example[] = [
  does('draft a proposal for 3,500 a month for Acme', quote({ customer: 'Acme', amount: 3500, period: 'month' })),
  does('draft a proposal for Acme for 3,500 a month', quote({ customer: 'Acme', amount: 3500, period: 'month' })),
  does('draft a quote for Acme: €3.5k a month', quote({ customer: 'Acme', amount: 3500, period: 'month', currency: 'EUR' })),
  does('draft a quote for Acme over $40 a month', quote({ customer: 'Acme', amount: 40, period: 'month', currency: 'USD' })),
  does('draft a quote of $40 a month for Acme', quote({ customer: 'Acme', amount: 40, period: 'month', currency: 'USD' })),
  does(
    'draft a quote of 1200 euros a year for "Blue Sky Ltd"',
    quote({ customer: 'Blue Sky Ltd', amount: 1200, period: 'year', currency: 'EUR' }),
  ),
  does(
    'prepare a proposal for Blue Sky for £2,000 per month',
    quote({ customer: 'Blue Sky', amount: 2000, period: 'month', currency: 'GBP' }),
  ),
  does('write a proposal for Acme at 3,500 a month', quote({ customer: 'Acme', amount: 3500, period: 'month' })),
  does('draft a call script for Acme about the renewal', script({ customer: 'Acme', goal: 'the renewal' })),
  does('draft a call script for Blue Sky to win them back', script({ customer: 'Blue Sky', goal: 'win them back' })),
  does('write a call script for Acme: ask about the renewal', script({ customer: 'Acme', goal: 'ask about the renewal' })),
  does(
    'draft a contract change for Acme: notice period of three months',
    contract({ customer: 'Acme', change: 'notice period of three months' }),
  ),
  does(
    'draft a contract change for Acme to extend the term by a year',
    contract({ customer: 'Acme', change: 'extend the term by a year' }),
  ),
  asks('draft a proposal'),
  asks('draft a proposal for Acme'),
  asks('draft something for Acme'),
  asks('send Acme a proposal for 3,500 a month'),
  asks('what would a proposal for 3,500 a month look like?'),
  asks('draft a proposal for a lot of money for Acme'),
];

export const outside: readonly Example[] = [...mails, ...requests, ...documents, ...drafts];
