import type { ThreadAddress } from '../db/thread-id.ts';
import type { Card } from '../dispatch/card.ts';
import type { FormField } from '../dispatch/form-fields.ts';
import type { Shown } from '../dispatch/visible.ts';
import type { Result } from '../result.ts';

/**
 * Whoever did something on a platform, as the platform's signed event says: (platform, workspace, user id). `kind` is what the platform says
 * of the account; only a member of the workspace itself may act.
 */
export type Who = {
  platform: string;
  workspace: string;
  userId: string;
  name: string;
  kind: 'member' | 'guest' | 'stranger' | 'bot' | 'disabled';
};

/** What one press carries: a verb with an id and a revision alone. Everything else comes from the database. */
export type Pressed =
  | {
      verb: 'approve' | 'reject' | 'edit' | 'withdraw' | 'retry' | 'settle' | 'undo' | 'take_over' | 'open';
      proposalId: string;
      revision: number;
    }
  | { verb: 'say'; text: string }
  | { verb: 'bulk'; offer: string }
  | { verb: 'fill' | 'retry_message' | 'dismiss' | 'promote'; messageId: string };

/** A file that came with a message; `read` fetches it from the platform, at most `limit` bytes of it. */
export type Incoming = { name: string; mediaType: string; size: number; read(limit: number): Promise<Buffer | undefined> };

/** `unlisted`: the platform lists neither people nor channels to pick from where this was done. */
type Happened = { eventId: string; who: Who; place: ThreadAddress; unlisted?: boolean };

/** The event id of a message on a surface: the message itself, however often and in whichever kinds of event it is told. */
export const messageEventId = (channel: string, remoteId: string): string => `${channel}/${remoteId}`;

/**
 * What a surface tells. `eventId` is the platform's own, the same when it is delivered again. `remoteId` is the platform's id of the message
 * that was pressed, edited or deleted.
 */
export type ChatEvent = Happened &
  /**
   * `edited`: its words are not its first ones. The event id is `messageEventId`, whichever it is. `aside`: it is for Wilco by the thread alone
   * that it stands in, where people may be talking to one another.
   */
  (
    | {
        kind: 'message';
        remoteId: string;
        text: string;
        addressed: boolean;
        aside?: boolean;
        title: string;
        edited: boolean;
        files: readonly Incoming[];
      }
    /** `unsigned`: the platform does not say who took it away, and `who` is whoever wrote it. */
    | { kind: 'deleted'; remoteId: string; unsigned?: true }
    | { kind: 'press'; remoteId: string | null; pressed: Pressed }
    /** `picked`: the accounts that were picked in the place of people, by field; null: nobody. A channel that was picked is a value. */
    | { kind: 'submit'; form: string; values: Record<string, string>; picked?: Record<string, string | null> }
    /**
     * `values`: what was filled in by name beside the bare command; it goes to the schema as it is, and is never read as words. `files`: of the
     * message that it is about.
     */
    | { kind: 'command'; line: string; values?: Record<string, string>; files?: readonly Incoming[] }
    /** Somebody is typing a value of a command, and is offered what they may mean. */
    | { kind: 'choosing'; command: string; field: string; typed: string }
    | { kind: 'stopped' }
    | { kind: 'home' }
  );

/** `pick`: what it is to be picked among on this platform, and the platform's own id of what stands there now; null: nothing does. */
export type FilledField = FormField & { value: string; pick?: { of: 'person' | 'channel'; id: string | null } | undefined };

/** A form that a surface shows as a modal. `id` comes back with what was filled in; it is at most 90 characters of plain ASCII. */
export type Form = { id: string; title: string; about: Shown | null; submit: string; fields: FilledField[] };

/** What a surface does at once, in its own idiom, with what was told. What takes longer arrives through the thread. */
export type Answer =
  | { kind: 'nothing' }
  /** For the eyes of whoever did it. */
  | { kind: 'private'; text: Shown | null; card: Card | null }
  | { kind: 'form'; form: Form }
  /** The form again, with what is wrong beside each field; `''` is about all of it. */
  | { kind: 'invalid'; problems: Record<string, string> }
  | { kind: 'home'; cards: Card[] }
  | { kind: 'choices'; choices: readonly Choice[] };

/** One value that may be meant, with the words that people know it by. */
export type Choice = { label: Shown; value: string };

/** An account, or a group of the platform. */
export type Called = { kind: 'user' | 'group'; id: string };

/** What is to stand in one message of a thread. */
export type View = {
  /** Wilco's own id of the message, for what is pressed on it. */
  messageId: string;
  /** Who speaks: Wilco itself, or a named agent. */
  author: Shown;
  text: Shown | null;
  card: Card | null;
  /** The person's message that failed, to be retried by a press. */
  failed: string | null;
  /** Who is to look at it, by the platform's own ids: the only people whom a message calls, and only when it is posted. */
  calls?: readonly Called[];
  /** There while it is still being written. `text` says all of it already, for a surface that only edits. */
  growing?: Growing;
};

/** An answer so far, in parts, for a surface that can show it grow. */
export type Growing = {
  text: Shown;
  /** The actions that were begun, in order. */
  calls: readonly Shown[];
  /** That it is being written, and by whom. */
  note: Shown;
  /** Whoever waits for it, as the platform calls them; null where that is nobody. */
  for: string | null;
};

/**
 * `rate_limited`, `offline`: not done, later. `ambiguous`: nobody knows whether it arrived; the next try says so. `refused`: never, as it is.
 * `gone`: the message or its channel is not there any more.
 */
export type SurfaceError = {
  code: 'rate_limited' | 'offline' | 'ambiguous' | 'refused' | 'gone';
  /** For the record and the operator: no content, no token. */
  message: string;
  retryAfterMs?: number;
};

/** What one surface is, for everything that speaks with people. */
export type Surface = {
  readonly name: string;
  /** Connects, and tells what happens. Resolves when it is connected or has given a reason why it cannot be; it then goes on trying. */
  start(on: (event: ChatEvent) => Promise<Answer>): Promise<void>;
  /**
   * Puts a view into a thread, or into the channel itself where the thread is `feed`. `key` is the same for every try at one message; `again`
   * says that an earlier try may have arrived, and it must then not be posted a second time. No try was made before `since`, by our clock.
   */
  post(
    place: ThreadAddress,
    view: View,
    once: { key: string; again: boolean; since: Date },
  ): Promise<Result<{ remoteId: string }, SurfaceError>>;
  /** Puts another view in the place of one that stands. Safe to repeat. */
  update(place: ThreadAddress, remoteId: string, view: View): Promise<Result<null, SurfaceError>>;
  /** As it found the platform last: never a guess. */
  health(): { ok: boolean; detail: string };
  readonly can: Capabilities;
  stop(): Promise<void>;
};

/** `title`: what it is about; `by`: whoever asked for it, as the platform calls them. */
export type Work = { busy: true; title: Shown; by: string } | { busy: false };

/** What some platforms can and others cannot; each that is missing has one plain fall-back. */
export type Capabilities = {
  /** Shows that somebody is at work on the thread, or that nobody is any more. Fall-back: nothing. */
  working?(place: ThreadAddress, work: Work): Promise<void>;
  /**
   * Whether an account is, at this moment, in a group of the platform and a member of the workspace itself, asked of the platform and never of
   * a memory. Undefined: nobody can tell, which counts as no.
   */
  group?(at: { workspace: string; groupId: string; userId: string }): Promise<boolean | undefined>;
  /** The groups in use that are called this or have this id. Undefined: the platform did not answer. */
  groups?(at: { workspace: string; written: string }): Promise<readonly { id: string; name: string }[] | undefined>;
  /** Shows whether Wilco works, is paused or was killed. Fall-back: nothing; /status says it. */
  mode?(mode: 'live' | 'paused' | 'killed'): Promise<void>;
  /** The place below a message that stands in a channel. Fall-back: the channel itself. */
  below?(place: ThreadAddress, remoteId: string): ThreadAddress;
  /** Where to write to one person alone. Fall-back: the team's channel. */
  direct?(workspace: string, userId: string): Promise<ThreadAddress | undefined>;
};
