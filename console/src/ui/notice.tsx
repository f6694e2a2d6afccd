import { CheckCircledIcon, CrossCircledIcon, ExclamationTriangleIcon, InfoCircledIcon } from '@radix-ui/react-icons';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

const TONES = {
  good: { box: 'border-good-line bg-good-soft text-good', Icon: CheckCircledIcon },
  bad: { box: 'border-bad-line bg-bad-soft text-bad', Icon: CrossCircledIcon },
  warning: { box: 'border-warn-line bg-warn-soft text-warn', Icon: ExclamationTriangleIcon },
  info: { box: 'border-line bg-sunken text-muted', Icon: InfoCircledIcon },
} as const;

type NoticeProps = { tone: keyof typeof TONES; children: ReactNode; role?: 'alert' | 'status'; className?: string };

/** A sentence that needs to be read, with an icon beside its colour. */
export const Notice = ({ tone, children, role, className }: NoticeProps) => {
  const { box, Icon } = TONES[tone];
  return (
    <div {...(role ? { role } : {})} className={cn('flex items-start gap-2.5 rounded-lg border px-3 py-2 text-sm', box, className)}>
      <Icon className="mt-[0.2rem] shrink-0" aria-hidden="true" />
      <div className="told min-w-0 flex-1">{children}</div>
    </div>
  );
};
