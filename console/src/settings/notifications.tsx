import { useId, useRef } from 'react';
import type { MyPreferences } from '../../../src/web/notification-schemas.ts';
import { sentenceOf } from '../api/problem.ts';
import { usePreferenceChange } from '../notifications/preferences.ts';
import { playSoftly } from '../notifications/sound.ts';
import { Field, Input } from '../ui/field.tsx';
import { Panel } from '../ui/panel.tsx';
import { Switch } from '../ui/switch.tsx';
import { toast } from '../ui/toast.tsx';
import { PushSetting } from './push-setting.tsx';

const KINDS = [
  { kind: 'approval', label: 'Something waits for my approval' },
  { kind: 'run', label: 'Something of mine fails, or has to be settled' },
  { kind: 'cost', label: 'Spending nears or reaches the daily limit', hint: 'For admins: at 80 % and at 100 %.' },
  { kind: 'health', label: 'A connection or the workers go down', hint: 'For admins.' },
] as const;

const NIGHT = { from: '22:00', to: '07:00' } as const;

type Change = (change: Parameters<ReturnType<typeof usePreferenceChange>['mutate']>[0]) => void;

const Quiet = ({ mine, change }: { mine: MyPreferences; change: Change }) => {
  const id = useId();
  const { quiet } = mine;
  // What was set last, whether or not its answer has come: one end must not put the other back.
  const last = useRef(quiet);
  const set = (which: 'from' | 'to', time: string): void => {
    const hours = last.current ?? quiet;
    if (!hours || hours[which] === time || !/^\d\d:\d\d$/.test(time)) return;
    last.current = { ...hours, [which]: time };
    change({ quiet: last.current });
  };
  const turn = (on: boolean): void => {
    last.current = on ? NIGHT : null;
    change({ quiet: last.current });
  };
  return (
    <>
      <Switch
        label="Quiet hours"
        hint={`No sound, no push and no direct message between these, by the clock of ${mine.timeZone.replaceAll('_', ' ')}.`}
        checked={quiet !== null}
        onChange={turn}
      />
      {quiet ? (
        <div className="flex gap-4 pb-3">
          {(['from', 'to'] as const).map((which) => (
            <Field key={which} id={`${id}-${which}`} label={which === 'from' ? 'From' : 'To'}>
              <Input
                id={`${id}-${which}`}
                type="time"
                className="w-32"
                defaultValue={quiet[which]}
                onBlur={(event) => set(which, event.target.value)}
              />
            </Field>
          ))}
        </div>
      ) : null}
    </>
  );
};

/** What to be told of, and how. */
export const Notifications = ({ mine }: { mine: MyPreferences }) => {
  const { mutate } = usePreferenceChange();
  const change: Change = (wanted) => mutate(wanted, { onError: (thrown) => toast(sentenceOf(thrown), 'bad') });
  const sound = (on: boolean): void => {
    if (on) void playSoftly();
    change({ sound: on });
  };
  return (
    <Panel title="Notifications">
      <div className="px-4 pb-2">
        <fieldset>
          <legend className="text-muted text-sm">Tell me when</legend>
          <div className="divide-y">
            {KINDS.map((one) => (
              <Switch
                key={one.kind}
                label={one.label}
                hint={'hint' in one ? one.hint : undefined}
                checked={mine.notify[one.kind]}
                onChange={(on) => change({ notify: { [one.kind]: on } })}
              />
            ))}
          </div>
        </fieldset>
        <fieldset className="mt-2 border-t pt-2">
          <legend className="sr-only">How</legend>
          <div className="divide-y">
            <Switch label="Sound" hint="One soft sound when something is new and a page is open." checked={mine.sound} onChange={sound} />
            <PushSetting />
            <Switch
              label="Direct messages"
              hint="In Slack or Discord, where your account is linked: with the card, to decide it there."
              checked={mine.direct}
              onChange={(on) => change({ direct: on })}
            />
            <Quiet mine={mine} change={change} />
          </div>
        </fieldset>
      </div>
    </Panel>
  );
};
