import { Component, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

type GuardProps = { what: string; children: ReactNode };

/** When what is inside cannot be drawn, it says so in its place, and the rest of the page goes on. */
export class Guard extends Component<GuardProps, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <Notice tone="bad" role="alert" className="m-4">
        <p>{this.props.what} could not be shown. What you were writing is kept.</p>
        <Button size="sm" className="mt-2" onClick={() => location.reload()}>
          Load the page again
        </Button>
      </Notice>
    );
  }
}
