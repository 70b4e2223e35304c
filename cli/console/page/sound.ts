import { useEffect, useRef, useState } from 'preact/hooks';

/** `waits`: a person turned it on earlier, but the browser plays nothing before a click or a key. */
export type SoundState = 'off' | 'waits' | 'on';

/** The sound on a match of a watch list. */
export type Sound = {
  readonly state: SoundState;
  readonly turnOn: () => void;
  readonly turnOff: () => void;
  readonly play: () => void;
};

/** Hertz and seconds from the start; a rising call that speech does not hide. */
const notes = [
  [784, 0],
  [1047, 0.16],
  [1319, 0.32],
] as const;
const noteSeconds = 0.14;
const loudness = 0.35;

/** A sound that the page makes itself. Whether it is on is remembered. */
export function useSound(): Sound {
  const context = useRef<AudioContext>(undefined);
  const [state, setState] = useState<SoundState>('off');

  const open = (): AudioContext => {
    const opened = context.current ?? new AudioContext();
    context.current = opened;
    const show = () => {
      setState(opened.state === 'running' ? 'on' : 'waits');
    };
    opened.onstatechange = show;
    show();
    return opened;
  };
  const resume = () => {
    if (context.current?.state === 'suspended') void context.current.resume();
  };

  useEffect(() => {
    if (localStorage.getItem('sound') === 'on') open();
    window.addEventListener('pointerdown', resume);
    window.addEventListener('keydown', resume);
    return () => {
      window.removeEventListener('pointerdown', resume);
      window.removeEventListener('keydown', resume);
      const opened = context.current;
      if (opened) {
        opened.onstatechange = null;
        void opened.close();
      }
    };
  }, []);

  return {
    state,
    turnOn: () => {
      localStorage.setItem('sound', 'on');
      const opened = open();
      // So that a person hears how loud it is.
      void opened.resume().then(() => {
        playOn(opened);
      });
    },
    turnOff: () => {
      localStorage.setItem('sound', 'off');
      const opened = context.current;
      context.current = undefined;
      if (opened) {
        opened.onstatechange = null;
        void opened.close();
      }
      setState('off');
    },
    play: () => {
      if (context.current?.state === 'running') playOn(context.current);
    },
  };
}

function playOn(context: AudioContext): void {
  for (const [hertz, afterSeconds] of notes) {
    const [oscillator, gain] = [context.createOscillator(), context.createGain()];
    const start = context.currentTime + afterSeconds;
    oscillator.frequency.value = hertz;
    // Without a slope at both ends it would crack.
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loudness, start + 0.01);
    gain.gain.linearRampToValueAtTime(0, start + noteSeconds);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + noteSeconds);
  }
}
