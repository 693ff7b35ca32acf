// A soft sound of our own: two quiet tones, a fifth apart.

const TONES = [
  [523.25, 0],
  [783.99, 0.12],
];
const LOUD = 0.06;
let audio;

export function chime() {
  audio ??= new AudioContext();
  audio.resume();
  for (const [pitch, after] of TONES) {
    const at = audio.currentTime + after;
    const tone = new OscillatorNode(audio, { frequency: pitch });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUD, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.7);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.75);
  }
}
