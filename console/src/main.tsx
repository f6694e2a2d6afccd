import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles.css';

// Libraries that add a <style> of their own read the response's nonce from here; the server's policy refuses any other.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
if (nonce) Reflect.set(globalThis, '__webpack_nonce__', nonce);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(<App />);
