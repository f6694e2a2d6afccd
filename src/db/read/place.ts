import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/** One page of a list. `next` is where the following one begins, or null. */
export type Page<Item> = { items: Item[]; next: string | null };
export type BadCursor = { code: 'bad_cursor' };

/** A place in a list that is ordered by numbers and then by id. */
export type Place = { keys: string[]; id: string };

const NUMBER = /^-?\d{1,17}$/;
const LONGEST_ID = 300;

/** Text for a place, opaque to whoever keeps it. */
export const cursorOf = (place: Place): string => Buffer.from([...place.keys, place.id].join('~'), 'utf8').toString('base64url');

/** The place that a cursor stands for: what passes here is safe to compare with in SQL. Undefined: no cursor of such a list. */
export const placeOf = (cursor: string, keyCount: number): Place | undefined => {
  const parts = Buffer.from(cursor, 'base64url').toString('utf8').split('~');
  const keys = parts.slice(0, keyCount);
  const id = parts.slice(keyCount).join('~');
  const sound =
    keys.length === keyCount && keys.every((key) => NUMBER.test(key)) && id !== '' && id.length <= LONGEST_ID && !id.includes('\0');
  return sound ? { keys, id } : undefined;
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const isUuid = (text: string): boolean => UUID.test(text);

/** As `placeOf`, for rows whose id is a uuid. */
export const uuidPlaceOf = (cursor: string, keyCount: number): Place | undefined => {
  const place = placeOf(cursor, keyCount);
  return place && isUuid(place.id) ? place : undefined;
};

// A Date holds milliseconds and PostgreSQL microseconds: a cursor made of the former repeats rows or leaves some out.
/** A moment as whole microseconds, in text. */
export const micros = (moment: SQLWrapper): SQL<string> => sql<string>`(extract(epoch from ${moment}) * 1000000)::bigint::text`;

/** The moment that `micros` was made of. */
export const momentOf = (text: string | undefined): SQL => sql`('epoch'::timestamptz + ${text ?? '0'}::bigint * interval '1 microsecond')`;

/** Cuts the row that was read beyond the page, which says that there is a next one. */
export const pageOf = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  make: { item(row: Row): Item; place(row: Row): Place },
): Page<Item> => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(make.item), next: rows.length > limit && last ? cursorOf(make.place(last)) : null };
};
