/** What everybody in the catalogue may look up at once: the documents, the facts and the tasks of the project. */
export const READING = ['list_documents', 'read_document', 'find_in_documents', 'find_facts', 'find_tasks', 'read_task'] as const;
