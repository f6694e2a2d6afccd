/** Says that a text is a model's, and which one's: nobody should take it for a fact that Wilco knows. */
export const WrittenBy = ({ model }: { model: string }) => <p className="told text-muted text-xs">written by {model}</p>;
