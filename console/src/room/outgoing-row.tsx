import { go, pathTo } from '../router.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { wantedText } from './draft.ts';
import { FileList } from './file-list.tsx';
import { MessageFrame } from './message-row.tsx';
import { discard, type Outgoing, resend } from './outgoing.ts';

const again = async (message: Outgoing): Promise<void> => {
  const sent = await resend(message.clientId);
  if (sent && message.threadId === null) go(pathTo.thread(sent.threadId), 'replace');
};

const change = (message: Outgoing): void => {
  discard(message.clientId);
  wantedText.set(message.text);
};

/** One's own message before the thread has it. */
export const OutgoingRow = ({ message, name }: { message: Outgoing; name: string }) => (
  <MessageFrame author={{ kind: 'person', name, personId: null }} at={message.at} joined={false}>
    <p className="told whitespace-pre-wrap">{message.text}</p>
    <FileList files={message.files} />
    {message.state === 'failed' ? (
      <Notice tone="bad" role="alert">
        <p>
          <span className="font-medium">Not sent.</span> {message.problem}
        </p>
        <div className="mt-2 flex flex-wrap gap-2">
          <Button size="sm" onClick={() => void again(message)}>
            Send again
          </Button>
          <Button size="sm" tone="ghost" onClick={() => change(message)}>
            Change the text
          </Button>
        </div>
      </Notice>
    ) : (
      <p className="text-muted text-xs" aria-live="polite">
        {message.state === 'sending' ? 'Sending…' : 'Sent'}
      </p>
    )}
  </MessageFrame>
);
