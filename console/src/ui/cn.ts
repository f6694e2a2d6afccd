import { type ClassValue, clsx } from 'clsx';
import { twMerge } from 'tailwind-merge';

/** Class names, the last one winning where two say the same thing. */
export const cn = (...classes: ClassValue[]): string => twMerge(clsx(classes));
