import { CopyIcon } from '@radix-ui/react-icons';
import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import type { Person } from '../../../src/web/schemas.ts';
import { post } from '../api/call.ts';
import { sentenceOf } from '../api/problem.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Input } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { fullTime } from '../ui/time.ts';
import { toast } from '../ui/toast.tsx';

type Link = { url: string; expiresAt: string };

const copy = async (url: string, input: HTMLInputElement | null): Promise<void> => {
  try {
    await navigator.clipboard.writeText(url);
    toast('The link is copied.');
  } catch {
    input?.focus(); // clipboard not allowed: the text is selected, so that the person can copy it
    input?.select();
    toast('Copy the marked text: this browser does not allow it by button.', 'bad');
  }
};

const Shown = ({ link, name }: { link: Link; name: string }) => {
  const id = useId();
  const find = (): HTMLInputElement | null => {
    const found = document.getElementById(id);
    return found instanceof HTMLInputElement ? found : null;
  };
  return (
    <div className="grid gap-3">
      <label htmlFor={id} className="text-sm">
        Send this to {name}. It works once, until {fullTime(link.expiresAt)}.
      </label>
      <div className="flex gap-2">
        <Input id={id} readOnly value={link.url} className="font-mono" onFocus={(event) => event.target.select()} />
        <Button tone="primary" onClick={() => void copy(link.url, find())}>
          <CopyIcon /> Copy
        </Button>
      </div>
    </div>
  );
};

/** A link signs in whoever holds it, so it is made only when it is asked for. */
export const SignInLink = ({ person }: { person: Person }) => {
  const make = useMutation({ mutationFn: () => post<Link>(`/api/people/${encodeURIComponent(person.id)}/link`) });
  return (
    <>
      <Button size="sm" busy={make.isPending} onClick={() => make.mutate()} aria-label={`Copy sign-in link for ${person.name}`}>
        Copy sign-in link
      </Button>
      <Dialog
        open={make.data !== undefined || make.error !== null}
        onOpenChange={() => make.reset()}
        title={`Sign-in link for ${person.name}`}
      >
        {make.error ? <Notice tone="bad">{sentenceOf(make.error)}</Notice> : null}
        {make.data ? <Shown link={make.data} name={person.name} /> : null}
      </Dialog>
    </>
  );
};
