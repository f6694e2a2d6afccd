import { CheckCircledIcon, CircleIcon, ClockIcon, CrossCircledIcon, DotFilledIcon, ExclamationTriangleIcon } from '@radix-ui/react-icons';
import type { ComponentType } from 'react';
import type { CardTone } from '../../../src/dispatch/card.ts';
import { Spinner } from '../ui/spinner.tsx';

type Look = { Icon: ComponentType<{ className?: string }>; strip: string };

/** Every colour with a meaning has an icon and a word beside it. */
export const TONES: Record<CardTone, Look> = {
  neutral: { Icon: DotFilledIcon, strip: 'border-line bg-sunken text-ink' },
  muted: { Icon: CircleIcon, strip: 'border-line bg-sunken text-muted' },
  waiting: { Icon: ClockIcon, strip: 'border-wait-line bg-wait-soft text-wait' },
  working: { Icon: Spinner, strip: 'border-wait-line bg-wait-soft text-wait' },
  good: { Icon: CheckCircledIcon, strip: 'border-good-line bg-good-soft text-good' },
  bad: { Icon: CrossCircledIcon, strip: 'border-bad-line bg-bad-soft text-bad' },
  warning: { Icon: ExclamationTriangleIcon, strip: 'border-warn-line bg-warn-soft text-warn' },
};
