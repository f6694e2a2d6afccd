const SURFACE = 'schedule';

/** What an occurrence of a schedule is known by: a second one of the same number is none. */
export const originOf = (scheduleId: string, occurrence: number): string => `${SURFACE}:${scheduleId}:${occurrence}`;

/** Whether a proposal is an occurrence of a schedule. */
export const isScheduled = (origin: string | null): boolean => origin?.startsWith(`${SURFACE}:`) ?? false;
