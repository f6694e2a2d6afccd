let context: AudioContext | undefined;

const tone = (at: AudioContext, hertz: number, from: number): void => {
  const oscillator = at.createOscillator();
  const gain = at.createGain();
  oscillator.type = 'sine';
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(0.08, from + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, from + 0.5);
  oscillator.connect(gain).connect(at.destination);
  oscillator.start(from);
  oscillator.stop(from + 0.55);
};

/** Two soft notes, made here: no file to fetch. Browsers stay silent until somebody has pressed something on the page. */
export const playSoftly = async (): Promise<void> => {
  try {
    context ??= new AudioContext();
    await context.resume();
    tone(context, 659.25, context.currentTime);
    tone(context, 880, context.currentTime + 0.14);
  } catch {
    context = undefined; // no sound device, or not allowed: what is new still shows
  }
};
