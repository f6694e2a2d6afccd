import { useQuery } from '@tanstack/react-query';
import { sentenceOf } from '../api/problem.ts';
import { preferencesQuery } from '../notifications/queries.ts';
import { Page } from '../shell/page.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { Accounts } from './accounts.tsx';
import { Notifications } from './notifications.tsx';
import { Profile } from './profile.tsx';

export const SettingsPage = () => {
  const { data, error, isPending } = useQuery(preferencesQuery);
  return (
    <Page title="Settings" intro="Yours alone: they change nothing for anybody else.">
      {isPending ? <Spinner className="size-5 text-muted" /> : null}
      {error && !data ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(error)}
        </Notice>
      ) : null}
      {data ? (
        <div className="grid gap-4">
          <Notifications mine={data} />
          <Profile key={`${data.name} ${data.timeZone}`} mine={data} />
          <Accounts />
        </div>
      ) : null}
    </Page>
  );
};
