import type { ReactNode } from 'react';
import { cn } from './cn.ts';

type IconProps = { className?: string };

const Icon = ({ className, children }: IconProps & { children: ReactNode }) => (
  <svg viewBox="0 0 16 16" fill="currentColor" className={cn('size-4', className)} aria-hidden="true">
    {children}
  </svg>
);

export const PauseIcon = (props: IconProps) => (
  <Icon {...props}>
    <rect x="3.5" y="2.5" width="3" height="11" rx="1" />
    <rect x="9.5" y="2.5" width="3" height="11" rx="1" />
  </Icon>
);

export const PlayIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M4 3.2v9.6a.8.8 0 0 0 1.2.7l8-4.8a.8.8 0 0 0 0-1.4l-8-4.8A.8.8 0 0 0 4 3.2Z" />
  </Icon>
);

export const StopIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3zM4.6 7v2h6.8V7z" fillRule="evenodd" />
  </Icon>
);

export const MoonIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M13.8 10.2A6.3 6.3 0 0 1 5.8 2.2a6.3 6.3 0 1 0 8 8Z" />
  </Icon>
);

export const SunIcon = (props: IconProps) => (
  <Icon {...props}>
    <circle cx="8" cy="8" r="3.2" />
    <path
      d="M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M3 13l1.2-1.2M11.8 4.2 13 3"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.3"
      strokeLinecap="round"
    />
  </Icon>
);

export const MicrophoneIcon = (props: IconProps) => (
  <Icon {...props}>
    <rect x="5.5" y="1.5" width="5" height="8" rx="2.5" />
    <path d="M3.2 7.5a.7.7 0 0 1 1.4 0 3.4 3.4 0 0 0 6.8 0 .7.7 0 0 1 1.4 0 4.8 4.8 0 0 1-4.1 4.7v1.6h1.8a.7.7 0 0 1 0 1.4h-5a.7.7 0 0 1 0-1.4h1.8v-1.6a4.8 4.8 0 0 1-4.1-4.7Z" />
  </Icon>
);
