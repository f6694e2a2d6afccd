import { useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { MicrophoneIcon } from '../ui/icons.tsx';

type Heard = { results: ArrayLike<ArrayLike<{ transcript: string }>> };
type Recognition = {
  lang: string;
  interimResults: boolean;
  onresult: ((event: Heard) => void) | null;
  onend: (() => void) | null;
  start(): void;
  stop(): void;
};
type WithSpeech = { SpeechRecognition?: new () => Recognition; webkitSpeechRecognition?: new () => Recognition };

const speech = (): (new () => Recognition) | undefined => {
  const { SpeechRecognition, webkitSpeechRecognition } = window as WithSpeech; // not in the DOM's types: browsers name it differently
  return SpeechRecognition ?? webkitSpeechRecognition;
};

/**
 * Writes what is said into the message, where the browser can listen; it is sent like anything that was typed. The listening is the browser's
 * own, and some browsers let their maker do it.
 */
export const Voice = ({ onHeard }: { onHeard: (text: string) => void }) => {
  const [listening, setListening] = useState(false);
  const current = useRef<Recognition | null>(null);
  useEffect(() => () => current.current?.stop(), []);
  const Recognizer = speech();
  if (!Recognizer) return null;
  const toggle = (): void => {
    if (current.current) {
      current.current.stop();
      return;
    }
    const recognition = new Recognizer();
    recognition.lang = navigator.language;
    recognition.interimResults = false;
    recognition.onresult = ({ results }) => onHeard(Array.from(results, (result) => result[0]?.transcript ?? '').join(' '));
    recognition.onend = () => {
      current.current = null;
      setListening(false);
    };
    current.current = recognition;
    setListening(true);
    recognition.start();
  };
  return (
    <Button
      type="button"
      tone="ghost"
      size="icon"
      className="rounded-xl"
      aria-pressed={listening}
      aria-label={listening ? 'Stop listening' : 'Say it'}
      onClick={toggle}
    >
      <MicrophoneIcon {...(listening ? { className: 'text-bad' } : {})} />
    </Button>
  );
};
