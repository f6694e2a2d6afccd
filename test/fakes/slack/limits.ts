type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** What a block of each kind may have at most, as Slack documents it. */
const BLOCKS: Record<string, readonly string[]> = {
  section: ['text', 'fields', 'accessory'],
  header: ['text'],
  context: ['elements'],
  actions: ['elements'],
  divider: [],
  rich_text: ['elements'],
  input: ['label', 'element', 'optional', 'hint', 'dispatch_action'],
};
const ELEMENTS: Record<string, readonly string[]> = {
  button: ['text', 'value', 'style', 'url'],
  plain_text_input: ['multiline', 'initial_value', 'max_length'],
  number_input: ['is_decimal_allowed', 'initial_value'],
  datepicker: ['initial_date'],
  static_select: ['options', 'initial_option'],
  users_select: ['initial_user'],
  conversations_select: ['initial_conversation', 'filter'],
};

/** What a rich text may hold here: words with a style, in four kinds of frames. A link, a mention or an emoji is none of them. */
const FRAMES: Record<string, readonly string[]> = {
  rich_text_section: [],
  rich_text_preformatted: [],
  rich_text_quote: [],
  rich_text_list: ['style'],
};
const STYLES = ['bold', 'italic', 'strike', 'code'];

class Check {
  readonly problems: string[] = [];
  private readonly actions = new Set<string>();

  is(fine: boolean, problem: string): void {
    if (!fine) this.problems.push(problem);
  }

  known(thing: Json, allowed: readonly string[]): void {
    const strange = Object.keys(thing).filter((key) => !allowed.includes(key));
    this.is(strange.length === 0, `unknown keys ${strange.join(', ')}`);
  }

  /** Only inert text: a mention, a link or mark-up that gets this far fails the test. */
  text(value: unknown, most: number): void {
    const { type, text, emoji } = isObject(value) ? value : {};
    this.is(type === 'plain_text' && emoji === false, `text is ${String(type)}, emoji ${String(emoji)}`);
    const length = typeof text === 'string' ? text.length : 0;
    this.is(length >= 1 && length <= most, `text of ${length}, 1 to ${most} allowed`);
    this.is(!/[<>]|&(?!(amp|lt|gt);)/.test(String(text)), 'text is not escaped');
  }

  options(element: Json): void {
    const options = list(element.options);
    this.is(options.length >= 1 && options.length <= 100, `${options.length} options`);
    for (const option of options) {
      this.text(option.text, 75);
      this.is(typeof option.value === 'string' && option.value.length >= 1 && option.value.length <= 150, 'option value');
    }
    if (element.initial_option !== undefined)
      this.is(
        options.some((option) => JSON.stringify(option) === JSON.stringify(element.initial_option)),
        'initial option is none of them',
      );
  }

  button(element: Json): void {
    this.text(element.text, 75);
    const { value, url } = element;
    this.is(url !== undefined || (typeof value === 'string' && value.length >= 1 && value.length <= 2000), 'button value');
    this.is(url === undefined || (typeof url === 'string' && /^https?:\/\//.test(url) && url.length <= 3000), 'button url');
    this.is(element.style === undefined || element.style === 'primary' || element.style === 'danger', 'button style');
  }

  element(element: Json, unique: boolean): void {
    const { type, action_id: id } = element;
    const allowed = ELEMENTS[String(type)];
    this.is(allowed !== undefined, `element ${String(type)}`);
    this.known(element, ['type', 'action_id', ...(allowed ?? [])]);
    this.is(typeof id === 'string' && id.length >= 1 && id.length <= 255, 'action_id');
    this.is(!unique || !this.actions.has(String(id)), `action_id ${String(id)} twice`);
    this.actions.add(String(id));
    if (type === 'button') this.button(element);
    if (type === 'static_select') this.options(element);
    if (type === 'users_select')
      this.is(element.initial_user === undefined || /^[UW][A-Z0-9]+$/.test(String(element.initial_user)), 'initial user');
    if (type === 'conversations_select')
      this.is(/^[CGD][A-Z0-9]+$/.test(String(element.initial_conversation ?? 'C0')), 'initial conversation');
    if (element.initial_value !== undefined)
      this.is(typeof element.initial_value === 'string' && element.initial_value.length <= 3000, 'initial_value');
  }

  row(block: Json, type: string): void {
    const elements = list(block.elements);
    const most = type === 'context' ? 10 : 25;
    this.is(elements.length >= 1 && elements.length <= most, `${elements.length} elements in ${type}`);
    for (const element of elements) {
      if (type === 'context') this.text(element, 3000);
      else this.element(element, true);
    }
  }

  /** Somebody is mentioned on the line that is there for it, and nowhere else. */
  mention({ type, ...element }: Json): void {
    const [key, shape] = type === 'user' ? ['user_id', /^[UW][A-Z0-9]+$/] : ['usergroup_id', /^S[A-Z0-9]+$/];
    this.is((shape as RegExp).test(String(element[String(key)])), `mention of ${JSON.stringify(element)}`);
    this.known(element, [String(key)]);
  }

  run(element: Json): void {
    const { type, text, style } = element;
    this.is(type === 'text', `a rich text holds ${String(type)}`);
    this.known(element, ['type', 'text', 'style']);
    this.is(typeof text === 'string' && text.length >= 1 && text.length <= 3000, 'words of a rich text: 1 to 3000');
    if (style !== undefined)
      this.is(isObject(style) && Object.entries(style).every(([name, on]) => STYLES.includes(name) && on === true), 'style');
  }

  part(element: Json, calls: boolean): void {
    if (calls && (element.type === 'user' || element.type === 'usergroup')) this.mention(element);
    else this.run(element);
  }

  rich(frames: unknown, kinds: readonly string[], calls = false): void {
    const all = list(frames);
    this.is(all.length >= 1, 'a rich text without elements');
    for (const frame of all) {
      const kind = String(frame.type);
      this.is(kinds.includes(kind), `a rich text of ${kind}`);
      this.known(frame, ['type', 'elements', ...(FRAMES[kind] ?? [])]);
      if (kind === 'rich_text_list') {
        this.is(frame.style === 'bullet' || frame.style === 'ordered', 'style of a list');
        this.rich(frame.elements, ['rich_text_section']);
        continue;
      }
      this.is(list(frame.elements).length >= 1, `${kind} without words`);
      for (const element of list(frame.elements)) this.part(element, calls);
    }
  }

  input(block: Json, home: string): void {
    this.is(home === 'modal', 'input outside a modal');
    this.text(block.label, 2000);
    if (block.hint !== undefined) this.text(block.hint, 2000);
    if (isObject(block.element)) this.element(block.element, false);
  }

  block(block: Json, home: string): void {
    const type = String(block.type);
    const allowed = BLOCKS[type];
    this.is(allowed !== undefined, `block ${type}`);
    this.known(block, ['type', 'block_id', ...(allowed ?? [])]);
    this.is(block.block_id === undefined || String(block.block_id).length <= 255, 'block_id');
    if (type === 'section') this.text(block.text, 3000);
    if (type === 'header') this.text(block.text, 150);
    if (type === 'context' || type === 'actions') this.row(block, type);
    if (type === 'rich_text') this.rich(block.elements, Object.keys(FRAMES), block.block_id === 'calls' && home === 'message');
    if (type === 'input') this.input(block, home);
  }

  blocks(value: unknown, at: { most: number; home: string }): void {
    const { length } = list(value);
    this.is(Array.isArray(value) && length >= 1 && length <= at.most, `${length} blocks, 1 to ${at.most} allowed`);
    for (const block of list(value)) this.block(block, at.home);
  }
}

export const problemsOfBlocks = (blocks: unknown, most: number): string[] => {
  const check = new Check();
  check.blocks(blocks, { most, home: 'message' });
  return check.problems;
};

/** What Slack would refuse of a message, and what this project never sends. */
export const problemsOfMessage = (message: Json): string[] => {
  const check = new Check();
  const { text } = message;
  check.is(typeof text === 'string' && text.length >= 1 && text.length <= 40_000, 'a message needs a text beside its blocks');
  check.is(!/[<>]|&(?!(amp|lt|gt);)/.test(String(text)), 'text is not escaped');
  check.blocks(message.blocks, { most: 50, home: 'message' });
  return check.problems;
};

const short = (text: unknown): boolean => isObject(text) && typeof text.text === 'string' && text.text.length <= 24;

export const problemsOfView = (view: Json): string[] => {
  const check = new Check();
  const { type, title, submit, close, callback_id: callback = '', private_metadata: kept = '' } = view;
  check.blocks(view.blocks, { most: 100, home: String(type) });
  check.is(String(callback).length <= 255 && String(kept).length <= 3000, 'callback_id or private_metadata');
  check.is(Buffer.byteLength(JSON.stringify(view)) <= 250_000, 'a view of more than 250 KB');
  if (type !== 'modal') return check.problems;
  check.is(short(title) && (close === undefined || short(close)) && (submit === undefined || short(submit)), 'title, submit or close');
  check.is(!list(view.blocks).some((block) => block.type === 'input') || submit !== undefined, 'inputs need a submit');
  return check.problems;
};
