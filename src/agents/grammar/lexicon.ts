/** Closed-class English words the grammar relies on. What a tool is about comes from its own declaration, never from here. */
const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

export const ARTICLES = words('a an the');
/** May stand between a verb and its noun without changing what is meant: "create a new task". */
export const FILLERS = words('a an the new another my our me us');
/** Before a short line: "a task for …", "a task to …", "a task called …". */
export const LINE_CONNECTORS = words('for to about called named titled');
/** Before a text: "post in #general that …". */
export const TEXT_CONNECTORS = words('that saying reading containing with');
/** Verbs that mean the same when an article and a noun follow: "add a task" is "create a task". */
export const MAKING = words('create add make open new file log raise');
/** They part clauses and stand before the items of a list. */
export const DASHES = words('- – — | / * •');
/** With "the" they are about a thing that is there: "open the task" shows it. */
export const ALSO_SHOWING = words('open file log raise');
export const POLITE_END = words('please pls thanks thx ta cheers');
export const GREETINGS = words('hi hello hey hiya yo howdy greetings morning moin');
export const THANKS = words('thanks thank thx cheers ta great nice cool perfect awesome ok okay');
export const NEGATIONS = words("don't dont do-not never not no didn't doesn't cannot can't cant won't shouldn't");
export const QUESTIONS = words(
  "should shall did does do is are was were am has have had may might must can could would will why when who whom whose what what's whats which where how isn't aren't",
);
export const CONDITIONS = words(
  'if unless when whenever once until till after before while provided assuming suppose supposing every each whether',
);
/** "check if the login works" asks a question; "create it if the tests pass" is a condition. */
export const WHETHER_VERBS = words(
  'check see verify test ask know wonder find out decide clarify confirm investigate determine tell unsure sure remember learn discuss explain understand on about of from',
);
export const BE = words("is are was were be been being isn't aren't wasn't weren't has have had");
/** They point at something said before; on their own they are no content. */
export const PRONOUNS = words('it this that them these those something anything everything nothing one me us him her you so');
/** A text that begins so, without quotes, may describe the text instead of being it: "post an update in #general". */
export const DESCRIBING = words('a an the my our your his her their this that these those some all any every no');
export const STOP_WORDS = words(
  "a an the of to for in on at by and or is are was were be it this that i we you me my our your us do does did can could would will should please with from as what what's which who how there any all so now just about have has not don't if then let's",
);
